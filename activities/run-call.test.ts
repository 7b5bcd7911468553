import { expect, test } from 'vitest';
import { mayBeSameProject, runCallOf } from './run-call.ts';

const place = { project: 'shop-prod', location: 'europe-west1', job: 'nightly' };
const v1 = '/apis/run.googleapis.com/v1/namespaces/shop-prod/jobs/nightly:run';
const v2 = '/v2/projects/shop-prod/locations/europe-west1/jobs/nightly:run';

test.each([
  `https://run.googleapis.com${v2}`,
  `https://europe-west1-run.googleapis.com${v2}`,
  `https://run.googleapis.com:443${v2}?alt=json`,
  `https://europe-west1-run.googleapis.com${v1}`,
])('%s runs the job', (uri) => {
  expect(runCallOf(uri)).toEqual(place);
});

test.each([
  `https://run.googleapis.com${v1}`,
  `https://us-central1-run.googleapis.com${v2}`,
  `http://run.googleapis.com${v2}`,
  `https://run.googleapis.com:8443${v2}`,
  `https://run.googleapis.com.evil.example${v2}`,
  `https://evil.example/?https://run.googleapis.com${v2}`,
  `https://run.googleapis.com@evil.example${v2}`,
  `https://run.googleapis.com${v2}/`,
  `https://run.googleapis.com/v2/projects/shop-prod/locations/europe-west1/services/nightly:run`,
  `https://run.googleapis.com/v2/projects/shop-prod/locations/europe-west1/jobs/nightly`,
  `https://run.googleapis.com/v2/projects/shop-prod/locations/europe-west1/jobs/nightly:cancel`,
  'nightly',
  '',
])('%s runs no job', (uri) => {
  expect(runCallOf(uri)).toBeNull();
});

test('a project by id and one by number may be the same; two ids or two numbers are told apart', () => {
  expect(mayBeSameProject('shop-prod', '481516234200')).toBe(true);
  expect(mayBeSameProject('shop-prod', 'shop-prod')).toBe(true);
  expect(mayBeSameProject('shop-prod', 'shop-test')).toBe(false);
  expect(mayBeSameProject('481516234200', '1')).toBe(false);
});
