import { expect, test } from 'vitest';
import { by, type CheckedClaim, goes, holds } from './claim.ts';
import { NotCheckedError } from './errors.ts';
import { withoutNames } from './report.ts';
import { judge, judgeError } from './result.ts';

const claim: CheckedClaim = {
  id: 'service.etag',
  statement: 'it is so',
  source: 'none',
  strength: 'assumed',
  check: by([], () => Promise.resolve(holds(true, 'seen'))),
};
const deciding: CheckedClaim = { ...claim, reality: { name: 'etag', way: 'ignored' } };
const grpc = (code: number) => Object.assign(new Error('said'), { code });

test.each([
  ['what was seen to hold', judge(claim, holds(true, 'seen')), 'confirmed'],
  ['what was seen otherwise', judge(claim, holds(false, 'seen')), 'contradicted'],
  ['a switch that goes as the sandbox plays it', judge(deciding, goes('ignored', 'seen')), 'confirmed'],
  ['a switch that goes another way', judge(deciding, goes('enforced', 'seen')), 'contradicted'],
  ['a call that is denied', judgeError(claim, grpc(7)), 'not permitted'],
  ['a call without credentials', judgeError(claim, grpc(16)), 'not permitted'],
  ['a refusal that the claim does not have', judgeError(claim, grpc(3)), 'contradicted'],
  ['a service that is away', judgeError(claim, grpc(14)), 'not checked'],
  ['a quota that is used up', judgeError(claim, grpc(8)), 'not checked'],
  ['an error of ours', judgeError(claim, new TypeError('said')), 'not checked'],
  ['what a person did not give', judgeError(claim, new NotCheckedError('said')), 'not checked'],
  ['a switch whose check is refused', judgeError(deciding, grpc(3)), 'not checked'],
])('%s', (_, { outcome }, wanted) => {
  expect(outcome).toBe(wanted);
});

test('the way that was seen is in the result, and no way where none was seen', () => {
  expect(judge(deciding, goes('enforced', 'seen')).reality).toEqual({ name: 'etag', way: 'enforced' });
  expect(judgeError(deciding, grpc(14)).reality).toEqual({ name: 'etag' });
});

test('names are replaced wherever they stand, and what was seen is still told', () => {
  const seen =
    'ana@example.com, firebreak-x@my-project.iam.gserviceaccount.com: projects/my-project/locations/europe-west1/services/firebreak-contract-0a1b2c3d answered from 203.0.113.9, organizations/123/sources/77/findings/abc, https://s-123456789012.europe-west1.run.app: 503';
  const { results, left } = withoutNames(
    {
      format: 'firebreak.contract.v1',
      startedAt: '',
      endedAt: '',
      target: 'google-cloud',
      clients: {},
      stopped: false,
      counts: { confirmed: 0, contradicted: 1, 'not permitted': 0, 'not checked': 0 },
      reality: [],
      left: ['topic projects/my-project/topics/t'],
      results: [judge(claim, holds(false, seen))],
    },
    { project: 'my-project', location: 'europe-west1', run: '0a1b2c3d' },
  );
  const text = JSON.stringify([results, left]);
  for (const name of ['ana@', 'my-project', 'europe-west1', '0a1b2c3d', '203.0.113.9', '123456789012', 'findings/abc'])
    expect(text).not.toContain(name);
  expect(text).toContain('503');
});
