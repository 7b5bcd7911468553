import { expect, test } from 'vitest';
import { parseCloudRunName } from './cloud-run-name.ts';

const base = '//run.googleapis.com/projects/ember-shop-prod/locations/europe-west1';
const place = { project: 'ember-shop-prod', location: 'europe-west1' };

test.each([
  [`${base}/services/web`, { kind: 'service', ...place, name: 'web' }],
  [
    `${base}/services/web/revisions/web-00007-abc`,
    { kind: 'service', ...place, name: 'web', revision: 'web-00007-abc' },
  ],
  [`${base}/jobs/nightly`, { kind: 'job', ...place, name: 'nightly' }],
  [`${base}/jobs/nightly/executions/nightly-x1`, { kind: 'job', ...place, name: 'nightly', execution: 'nightly-x1' }],
  [`${base}/workerPools/queue`, { kind: 'workerPool', ...place, name: 'queue' }],
  [`${base}/instances/agent`, { kind: 'instance', ...place, name: 'agent' }],
  [
    '//run.googleapis.com/projects/210987654321/locations/l/services/s',
    { kind: 'service', project: '210987654321', location: 'l', name: 's' },
  ],
  [
    '//run.googleapis.com/projects/example.com:web/locations/l/services/s',
    { kind: 'service', project: 'example.com:web', location: 'l', name: 's' },
  ],
])('%s is a Cloud Run resource', (name, expected) => {
  expect(parseCloudRunName(name)).toEqual(expected);
});

test.each([
  '',
  'run.googleapis.com/projects/p/locations/l/services/s',
  '//run.googleapis.com.example.net/projects/p/locations/l/services/s',
  '//runxgoogleapis.com/projects/p/locations/l/services/s',
  '//container.googleapis.com/projects/p/locations/l/clusters/c',
  '//aiplatform.googleapis.com/projects/p/locations/l/reasoningEngines/1',
  '//storage.googleapis.com/run.googleapis.com',
  `${base}/services`,
  `${base}/services/`,
  `${base}/services/web/`,
  `${base}/services/web\n`,
  `${base}/services/Web`,
  `${base}/services/-web`,
  `${base}/services/web-`,
  `${base}/services/web/revisions`,
  `${base}/services/web/revisions/r/x`,
  `${base}/services/${'a'.repeat(64)}`,
  `${base}/services/web" OR "1"="1`,
  `${base}/services/..%2f..`,
  '//run.googleapis.com/projects/p/locations/../services/s',
  '//run.googleapis.com/projects/:p/locations/l/services/s',
  '//run.googleapis.com/projects/a:b:c/locations/l/services/s',
])('%j is none', (name) => {
  expect(parseCloudRunName(name)).toBeUndefined();
});
