import { WorkerPoolsClient } from '@google-cloud/run';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fields } from '../../model/fields.ts';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { type Bench, startBench } from '../../test/support/executor-bench.ts';

let bench: Bench;
let owners: WorkerPoolsClient;
beforeAll(async () => {
  bench = await startBench();
  owners = new WorkerPoolsClient(bench.ownersEndpoint);
});
afterAll(async () => {
  await owners.close();
  await bench.close();
});

let count = 0;
let target: Target;
let good: string;
beforeEach(() => {
  bench.sandbox.control.clearFaults();
  bench.sandbox.control.clearCalls();
  count += 1;
  const name = `orders-${count}`;
  good = `${name}-00001-abc`;
  target = { kind: 'workerPool', project: 'rhea-prod-4421', location: 'europe-west1', name };
  bench.sandbox.control.seedWorkerPool({
    project: 'rhea-prod-4421',
    projectNumber: '442100000001',
    location: 'europe-west1',
    name,
    revisions: [
      { name: good, image: 'orders:1', createTime: '2026-11-01T00:00:00Z' },
      { name: `${name}-00002-xyz`, image: 'orders:2', createTime: '2026-11-20T00:00:00Z' },
    ],
    scaling: { mode: 'MANUAL', manual: 3 },
    operationMilliseconds: 50,
  });
});

const stop: Fields = { scaling: { mode: 'manual', manual: 0 } };
const pin = (): Fields => ({ splits: [{ type: 'revision', revision: good, percent: 100 }] });
const approved = (change: Fields) => bench.approved({ kind: 'update-worker-pool', target, change });
/** As read, without what each change moves. */
async function live() {
  const [pool] = await bench.clients.respond.workerPools.getWorkerPool({ name: targetName(target) });
  const { etag: _etag, generation: _g, observedGeneration: _o, updateTime: _u, lastModifier: _m, ...rest } = pool;
  const { terminalCondition: _t, conditions: _c, ...fields } = rest;
  return fields;
}

test.each([
  ['scaled to none', () => stop],
  ['pinned to a revision', pin],
  ['both', () => ({ ...stop, ...pin() })],
] as const)('a worker pool that is %s gets it all back by the inverse, field by field', async (_how, change) => {
  const before = await live();
  const request = await approved(change());
  const receipt = await bench.apply(request);
  expect(receipt).toMatchObject({ result: 'changed', after: change() });
  expect(receipt.operation).toMatch(/\/operations\//);
  expect(await live()).not.toEqual(before);
  expect(await bench.apply(await approved(request.plan.actions[0]!.inverse!))).toMatchObject({ result: 'changed' });
  expect(await live()).toEqual(before);
});

test('it is validated first, and made once, though its answer is lost', async () => {
  const request = await approved(stop);
  bench.loseAnswer('UpdateWorkerPool');
  expect(await bench.apply(request)).toMatchObject({
    result: 'changed',
    before: { scaling: { mode: 'manual', manual: 3 } },
  });
  expect(bench.effective('UpdateWorkerPool')).toHaveLength(1);
  const [first] = bench.sandbox.control.calls({ method: 'UpdateWorkerPool' });
  expect(first?.request).toMatchObject({ validateOnly: true });
});

test('a pool that somebody scaled since is refused with the difference; one in between the read and the write is a conflict', async () => {
  const request = await approved(stop);
  const stale = await bench.executors['update-worker-pool'].read(target);
  const [operation] = await owners.updateWorkerPool({
    workerPool: { name: targetName(target), scaling: { manualInstanceCount: 5 } },
    updateMask: { paths: ['scaling'] },
  });
  await operation.promise();
  const [action] = request.plan.actions;
  await expect(bench.executors['update-worker-pool'].start(action!, stale, 'test')).rejects.toMatchObject({
    code: status.ABORTED,
  });
  bench.sandbox.control.clearCalls();
  expect(await bench.apply(request)).toMatchObject({
    result: 'refused',
    detail: expect.stringContaining('manual, 5 instances') as string,
  });
  expect(bench.effective('UpdateWorkerPool')).toEqual([]);
});

test('what a pool does not have is a failed receipt; so is a pool that is gone', async () => {
  expect(await bench.apply(await approved({ scaling: { mode: 'automatic' } }))).toMatchObject({ result: 'failed' });
  target = { ...target, name: 'nowhere' };
  expect(await bench.apply(await approved(stop))).toMatchObject({
    result: 'failed',
    detail: expect.stringContaining('gone') as string,
  });
});

test('a count that is not told is no proof that it is 0: it is written, and then it is one', async () => {
  bench.sandbox.control.seedWorkerPool({
    project: 'rhea-prod-4421',
    projectNumber: '442100000001',
    location: 'europe-west1',
    name: target.name,
    revisions: [{ name: good, image: 'orders:1', createTime: '2026-11-01T00:00:00Z' }],
    scaling: { mode: 'MANUAL', manual: 0 },
    operationMilliseconds: 0,
  });
  const receipt = await bench.apply(await approved(stop));
  expect(receipt).toMatchObject({ result: 'changed', before: { scaling: { mode: 'manual' } }, after: stop });
  expect(receipt.before.scaling).not.toHaveProperty('manual');
  expect(bench.effective('UpdateWorkerPool')).toHaveLength(1);
});
