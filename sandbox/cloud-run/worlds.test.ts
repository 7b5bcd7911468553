import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import type { Reality } from '../kernel/reality.ts';
import { checkout, checkoutService } from '../scenario/services.ts';
import { seedService, seedWorkerPool } from './seed.ts';
import { name, off, startTestSandbox, toGood, update } from './test-sandbox.ts';
import type { TestSandbox } from './test-sandbox.ts';

const { badRevision, goodRevision } = checkout;
const second = 1000;
const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

async function start(reality: Reality = {}): Promise<TestSandbox> {
  const sandbox = await startTestSandbox({ reality });
  started.push(sandbox);
  return sandbox;
}

const read = async (sandbox: TestSandbox) => (await sandbox.services('observe').getService({ name }))[0];

async function lives(sandbox: TestSandbox): Promise<string[]> {
  const answer = await sandbox.control('GET', '/cloud-run/instances?service=checkout-api');
  return (answer as { instances: { revision: string }[] }).instances.map(({ revision }) => revision);
}

test.each([
  ['ignored', undefined],
  ['enforced', status.ABORTED],
] as const)('an etag of another version: %s', async (etag, code) => {
  const sandbox = await start({ etag });
  const change = { etag: '"not one"', traffic: toGood };
  const outcome = await update(sandbox, change, ['traffic']).then(
    () => undefined,
    (error: { code: number }) => error.code,
  );
  expect(outcome).toBe(code);
  // Only of updates with a mask was it seen.
  await expect(update(sandbox, { ...(await read(sandbox)), etag: '"not one"' }, [])).rejects.toMatchObject({
    code: status.ABORTED,
  });
});

test.each([
  ['empty', ''],
  ['named', badRevision],
] as const)('the revision of a target of type LATEST: %s', async (way, revision) => {
  const sandbox = await start({ 'latest-status': way });
  expect(await read(sandbox)).toMatchObject({
    trafficStatuses: [
      { revision, percent: 100 },
      { revision: badRevision, tag: 'canary' },
    ],
    latestReadyRevision: `${name}/revisions/${badRevision}`,
  });
});

test.each([
  ['inherit', { minInstanceCount: 0, maxInstanceCount: 0 }, []],
  ['count', { minInstanceCount: 0, maxInstanceCount: 0 }, []],
  ['inherit', { minInstanceCount: 1, maxInstanceCount: 8 }, [goodRevision]],
  ['count', { minInstanceCount: 0, maxInstanceCount: 8 }, [goodRevision]],
] as const)('back from manual 0, where zeros %s: %o', async (way, counts, alive) => {
  const sandbox = await start({ 'zero-counts': way });
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance(60 * second);
  const paths = ['scaling.scaling_mode', 'scaling.min_instance_count', 'scaling.max_instance_count'];
  await update(sandbox, { scaling: { scalingMode: 'AUTOMATIC', ...counts } }, paths);
  const { minInstanceCount, maxInstanceCount } = counts;
  expect((await read(sandbox)).scaling).toMatchObject({ minInstanceCount, maxInstanceCount });
  // A maximum of 0 that was given is none.
  if (way === 'inherit' || maxInstanceCount > 0) expect(await lives(sandbox)).toEqual(alive);
});

test('one count and a 0 that is not given is one count: refused; in automatic mode a 0 counts', async () => {
  const sandbox = await start({ 'zero-counts': 'inherit' });
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  const paths = ['scaling.scaling_mode', 'scaling.min_instance_count', 'scaling.max_instance_count'];
  const scaling = { scalingMode: 'AUTOMATIC', minInstanceCount: 0, maxInstanceCount: 8 };
  await expect(update(sandbox, { scaling }, paths)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  await update(sandbox, { scaling: { ...scaling, minInstanceCount: 1 } }, paths);
  await update(sandbox, { scaling: { minInstanceCount: 0 } }, ['scaling.min_instance_count']);
  expect((await read(sandbox)).scaling).toMatchObject({ minInstanceCount: 0, maxInstanceCount: 8 });
});

test.each([
  ['lingers', 60],
  ['ends', 2],
] as const)('under manual scaling to 0 what lives %s', async (way, aliveAfter) => {
  const sandbox = await start({ 'manual-zero': way });
  seedService(sandbox.section, { ...checkoutService(sandbox.kernel.clock.now()), lingerSeconds: 60 });
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance((aliveAfter - 1) * second);
  expect(await lives(sandbox)).toEqual([badRevision]);
  sandbox.kernel.clock.advance(5 * second);
  expect(await lives(sandbox)).toEqual([]);
});

test('what lingers is taken back into use when its traffic comes back', async () => {
  const sandbox = await start();
  seedService(sandbox.section, { ...checkoutService(sandbox.kernel.clock.now()), lingerSeconds: 60 });
  await update(sandbox, { scaling: off }, ['scaling']);
  sandbox.kernel.clock.advance(30 * second);
  const scaling = { scalingMode: 'AUTOMATIC' as const, minInstanceCount: 1, maxInstanceCount: 8 };
  await update(sandbox, { scaling }, ['scaling']);
  sandbox.kernel.clock.advance(600 * second);
  expect(await lives(sandbox)).toEqual([badRevision]);
});

test('a path of the mask that nobody knows makes it a write of every field, or is refused', async () => {
  const sandbox = await start();
  const before = await read(sandbox);
  await update(sandbox, { ...before, etag: '', traffic: toGood, labels: {} }, ['scaling.minInstanceCount']);
  expect(await read(sandbox)).toMatchObject({ labels: {}, traffic: [{ revision: goodRevision }] });
  sandbox.kernel.setReality({ 'unknown-path': 'refused' });
  await expect(update(sandbox, before, ['scaling.minInstanceCount'])).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
});

test.each([
  ['absent', null],
  ['zero', 0],
] as const)('a worker pool’s count of 0 is read as %s', async (way, count) => {
  const sandbox = await start({ 'pool-zero': way });
  const { kind: _kind, scaling: _scaling, traffic: _traffic, ...described } = checkoutService(0);
  seedWorkerPool(sandbox.section, { ...described, name: 'queue', scaling: { mode: 'MANUAL', manual: 0 } });
  const pool = name.replace('services/checkout-api', 'workerPools/queue');
  const [found] = await sandbox.workerPools('observe').getWorkerPool({ name: pool });
  expect(found.scaling?.manualInstanceCount ?? null).toBe(count);
});

test.each([
  ['late', [badRevision], [badRevision, goodRevision]],
  ['at-end', [badRevision, goodRevision], [badRevision, goodRevision]],
] as const)('traffic that an update moves: %s', async (way, atFirst, then) => {
  const sandbox = await start({ traffic: way });
  const plain = checkoutService(sandbox.kernel.clock.now());
  const revisions = plain.revisions.map((revision) => ({ ...revision, minInstances: 0 }));
  seedService(sandbox.section, { ...plain, revisions, traffic: [{ percent: 100 }], operationMilliseconds: 0 });
  await update(sandbox, { traffic: toGood }, ['traffic']);
  // What it says of itself is ahead of its front ends.
  expect((await read(sandbox)).trafficStatuses).toMatchObject([{ revision: goodRevision, percent: 100 }]);
  expect((await lives(sandbox)).toSorted()).toEqual([...atFirst].toSorted());
  sandbox.kernel.clock.advance(second);
  expect((await lives(sandbox)).toSorted()).toEqual([...then].toSorted());
});

test.each([
  ['pending', 'CONDITION_PENDING', 'CONDITION_SUCCEEDED', badRevision],
  ['reconciling', 'CONDITION_RECONCILING', 'CONDITION_RECONCILING', 'checkout-api-made'],
  ['quick', 'CONDITION_RECONCILING', 'CONDITION_RECONCILING', 'checkout-api-made'],
] as const)('while an update runs: %s', async (way, terminal, parts, latestCreated) => {
  const sandbox = await start({ update: way });
  const { operationMilliseconds: _usual, ...described } = checkoutService(sandbox.kernel.clock.now());
  seedService(sandbox.section, described);
  const [operation] = await sandbox.services('respond').updateService({
    service: { name, template: { revision: 'checkout-api-made', labels: { made: 'yes' } } },
    updateMask: { paths: ['template.revision', 'template.labels'] },
  });
  expect(await read(sandbox)).toMatchObject({
    reconciling: true,
    generation: '3',
    observedGeneration: '2',
    terminalCondition: { state: terminal },
    conditions: [{ state: parts }, { state: parts }],
    latestCreatedRevision: `${name}/revisions/${latestCreated}`,
    latestReadyRevision: `${name}/revisions/${badRevision}`,
  });
  sandbox.kernel.clock.advance(25 * second);
  await operation.promise();
  expect(await read(sandbox)).toMatchObject({
    reconciling: false,
    terminalCondition: { state: 'CONDITION_SUCCEEDED' },
    latestCreatedRevision: `${name}/revisions/checkout-api-made`,
    latestReadyRevision: `${name}/revisions/checkout-api-made`,
  });
});

test('now and then an update is aborted though nobody has changed anything; what is asked again goes through', async () => {
  const sandbox = await start({ aborted: 'now-and-then' });
  const once = async () => {
    const { etag } = await read(sandbox);
    return update(sandbox, { etag: etag!, labels: {} }, ['labels']).then(
      () => 'done',
      (error: { code: number }) => error.code,
    );
  };
  const outcomes = [];
  for (let count = 0; count < 6; count += 1) outcomes.push(await once());
  expect(outcomes).toEqual(['done', status.ABORTED, 'done', 'done', status.ABORTED, 'done']);
});

test('what a deployer leaves out is filled in, and both addresses are listed', async () => {
  const sandbox = await start();
  const described = checkoutService(sandbox.kernel.clock.now());
  const revisions = described.revisions.map((revision) => ({ ...revision, serviceAccount: '', sidecars: [] }));
  seedService(sandbox.section, { ...described, revisions });
  const found = await read(sandbox);
  expect(found).toMatchObject({
    uri: found.urls![1],
    template: {
      serviceAccount: '481516234200-compute@developer.gserviceaccount.com',
      timeout: { seconds: '300' },
      maxInstanceRequestConcurrency: 80,
      containers: [{ ports: [{ name: 'http1', containerPort: 8080 }], startupProbe: { tcpSocket: { port: 8080 } } }],
    },
  });
  expect(found.urls).toEqual([
    'https://checkout-api-481516234200.europe-west1.run.app',
    expect.stringMatching(/^https:\/\/checkout-api-[0-9a-f]{10}-ew\.a\.run\.app$/),
  ]);
});
