import { afterEach, expect, test } from 'vitest';
import { checkout, checkoutService } from '../scenario/services.ts';
import { seedService } from './seed.ts';
import { name, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

const second = 1000;

/** A public service whose compromised revision an attacker keeps alive by a tag, asking every 30 s; instances idle for 900 s. */
async function attacked(way: 'late' | 'at-once'): Promise<TestSandbox> {
  const sandbox = await startTestSandbox({ seed: 'none', pace: 'real', reality: { 'iam-change': way } });
  started.push(sandbox);
  const described = checkoutService(sandbox.kernel.clock.now());
  seedService(sandbox.section, {
    ...described,
    revisions: described.revisions.map((revision) => ({ ...revision, minInstances: 0 })),
    traffic: [
      { revision: checkout.goodRevision, percent: 100 },
      { revision: checkout.badRevision, tag: 'canary' },
    ],
    invokers: ['allUsers'],
    tagAttacker: { tag: 'canary', everySeconds: 30 },
  });
  return sandbox;
}

async function badLives(sandbox: TestSandbox): Promise<boolean> {
  const answer = (await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')) as {
    readonly instances: readonly { readonly revision: string }[];
  };
  return answer.instances.some(({ revision }) => revision === checkout.badRevision);
}

test.each([
  [
    'at-once',
    [
      [880, true],
      [920, false],
    ],
  ],
  [
    'late',
    [
      [880, true],
      [1_100, true],
      [1_200, false],
    ],
  ],
] as const)('a changed policy is told at once, and is in force %s', async (way, looks) => {
  const sandbox = await attacked(way);
  const client = sandbox.services('respond-iam');
  await client.setIamPolicy({ resource: name, policy: { bindings: [] } });
  const [policy] = await client.getIamPolicy({ resource: name });
  expect(policy.bindings).toEqual([]);
  let at = 0;
  for (const [seconds, lives] of looks) {
    sandbox.kernel.clock.advance((seconds - at) * second);
    at = seconds;
    expect([seconds, await badLives(sandbox)]).toEqual([seconds, lives]);
  }
});

test('a job that nobody may run any more is still run while the policy before is in force', async () => {
  const sandbox = await startTestSandbox({ seed: 'none', pace: 'real', reality: { 'iam-change': 'late' } });
  started.push(sandbox);
  const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1' };
  await sandbox.control('POST', '/cloud-run/jobs', {
    ...place,
    name: 'nightly',
    createTime: new Date(sandbox.kernel.clock.now() - 60_000).toISOString(),
    image: 'example.com/nightly:1',
    invokers: ['serviceAccount:scheduler@rhea-prod-4421.iam.gserviceaccount.com'],
    rerunEverySeconds: 60,
    runsSeconds: 5,
  });
  const job = `projects/${place.project}/locations/${place.location}/jobs/nightly`;
  await sandbox.jobs('respond-iam').setIamPolicy({ resource: job, policy: { bindings: [] } });
  const runs = async () => (await sandbox.executions('observe').listExecutions({ parent: job }))[0].length;
  sandbox.kernel.clock.advance(240 * second);
  const before = await runs();
  expect(before).toBeGreaterThanOrEqual(3);
  sandbox.kernel.clock.advance(60 * second);
  const last = await runs();
  sandbox.kernel.clock.advance(3_600 * second);
  expect(await runs()).toBe(last);
});
