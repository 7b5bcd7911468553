import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkout } from '../scenario/services.ts';
import { beaconsDuring, name, off, startTestSandbox, toGood, update } from './test-sandbox.ts';
import type { TestSandbox } from './test-sandbox.ts';

const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

async function start(options: Parameters<typeof startTestSandbox>[0] = {}): Promise<TestSandbox> {
  const sandbox = await startTestSandbox(options);
  started.push(sandbox);
  return sandbox;
}

const second = 1000;

test('the compromised revision writes a beacon every second while it serves', async () => {
  const sandbox = await start();
  expect(await beaconsDuring(sandbox, 60)).toBeGreaterThanOrEqual(59);
});

test('evicting ends the shell: traffic to the good revision, no tags, manual scaling to 0', async () => {
  const sandbox = await start();
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  expect(await beaconsDuring(sandbox, 10)).toBeLessThanOrEqual(5);
  expect(await beaconsDuring(sandbox, 3600)).toBe(0);
  expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toEqual({ instances: [] });
});

test('moving the traffic does not end the shell: instances idle for 15 minutes', async () => {
  const sandbox = await start();
  await update(sandbox, { traffic: toGood }, ['traffic']);
  expect(await beaconsDuring(sandbox, 890)).toBeGreaterThan(880);
  expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toMatchObject({
    instances: [
      { revision: checkout.goodRevision, state: 'live', shell: false },
      { revision: checkout.badRevision, state: 'idle', shell: true },
    ],
  });
  await beaconsDuring(sandbox, 20);
  expect(await beaconsDuring(sandbox, 60)).toBe(0);
});

test('a tag with a minimum keeps the shell alive, even under manual scaling to 0', async () => {
  const sandbox = await start();
  const tagged = {
    type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const,
    revision: checkout.badRevision,
    percent: 0,
    tag: 'canary',
  };
  await update(sandbox, { traffic: [...toGood, tagged], scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance(3600 * second);
  expect(await beaconsDuring(sandbox, 60)).toBeGreaterThanOrEqual(59);
});

test('scaling to 0 also ends instances that still idle after the traffic was moved', async () => {
  const sandbox = await start();
  await update(sandbox, { traffic: toGood }, ['traffic']);
  expect(await beaconsDuring(sandbox, 30)).toBeGreaterThan(25);
  await update(sandbox, { scaling: off }, ['scaling']);
  await beaconsDuring(sandbox, 5);
  expect(await beaconsDuring(sandbox, 60)).toBe(0);
});

test('scaling back with minimum and maximum brings only the good revision back', async () => {
  const sandbox = await start();
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance(30 * second);
  const back = await update(
    sandbox,
    { scaling: { scalingMode: 'AUTOMATIC', minInstanceCount: 1, maxInstanceCount: 8 } },
    ['scaling'],
  );
  expect(back.scaling).toMatchObject({ minInstanceCount: 1, maxInstanceCount: 8 });
  expect(await beaconsDuring(sandbox, 3600)).toBe(0);
  expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toMatchObject({
    instances: [{ revision: checkout.goodRevision, state: 'live' }],
  });
});

test('a minimum of 0 is given by naming it in the mask, where it counts', async () => {
  const sandbox = await start({ reality: { 'zero-counts': 'count' } });
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance(30 * second);
  await update(sandbox, { scaling: { scalingMode: 'AUTOMATIC', minInstanceCount: 0, maxInstanceCount: 8 } }, [
    'scaling.scaling_mode',
    'scaling.min_instance_count',
    'scaling.max_instance_count',
  ]);
  sandbox.kernel.clock.advance(5 * second);
  expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toMatchObject({
    instances: [{ revision: checkout.goodRevision }],
  });
});

test("an owner's deployment takes the traffic while the service sends it to the latest, and none while it is pinned", async () => {
  const sandbox = await start();
  const deploy = (revision: string) =>
    sandbox.control('POST', '/cloud-run/deploy', {
      service: 'checkout-api',
      revision: { name: revision, image: 'example.com/app:1' },
    });
  await deploy('checkout-api-00013-new');
  const [first] = await sandbox.services('observe').getService({ name });
  expect(first).toMatchObject({
    trafficStatuses: [{ revision: '', percent: 100 }, { tag: 'canary' }],
    latestReadyRevision: `${name}/revisions/checkout-api-00013-new`,
  });
  await update(sandbox, { traffic: toGood }, ['traffic']);
  await deploy('checkout-api-00014-new');
  const [second] = await sandbox.services('observe').getService({ name });
  expect(second.trafficStatuses).toMatchObject([{ revision: checkout.goodRevision, percent: 100 }]);
  expect(second).toMatchObject({
    latestReadyRevision: `${name}/revisions/checkout-api-00014-new`,
    lastModifier: 'deployer@example.com',
  });
});

test('a restart keeps what lived and when', async () => {
  const stateFile = join(mkdtempSync(join(tmpdir(), 'firebreak-cloud-run-')), 'sandbox.json');
  const before = await start({ stateFile });
  await update(before, { traffic: toGood }, ['traffic']);
  before.kernel.clock.advance(100 * second);
  const lived = await before.control('GET', '/cloud-run/instances?service=checkout-api');
  await started.pop()?.close();

  const after = await start({ stateFile, seed: 'none' });
  expect(await after.control('GET', '/cloud-run/instances?service=checkout-api')).toEqual(lived);
  await update(after, { scaling: off }, ['scaling']);
  await beaconsDuring(after, 5);
  expect(await beaconsDuring(after, 60)).toBe(0);
});
