import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Target } from '../../model/plan.ts';
import { type Bench, startBench } from '../../test/support/executor-bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

let count = 0;
let target: Target;
/** A job of which two executions run, and one has ended. */
function seed(graceSeconds = 0): void {
  const hoursAgo = (hours: number) => new Date(bench.sandbox.control.now() - hours * 3_600_000).toISOString();
  bench.sandbox.control.seedJob({
    project: target.project,
    projectNumber: '442100000001',
    location: target.location,
    name: target.name,
    image: 'report:1',
    createTime: hoursAgo(100),
    executions: [hoursAgo(50), hoursAgo(2), hoursAgo(1)],
    graceSeconds,
    operationMilliseconds: 50,
  });
}
beforeEach(() => {
  bench.sandbox.control.clearFaults();
  bench.sandbox.control.clearCalls();
  count += 1;
  target = { kind: 'job', project: 'rhea-prod-4421', location: 'europe-west1', name: `report-${count}` };
  seed();
});

const executor = () => bench.executors['cancel-executions'];
const running = async () => (await executor().read(target)).fields.running ?? [];
const approved = () => bench.approved({ kind: 'cancel-executions', target, change: { running: [] }, precondition: {} });

test('all that runs of the job is cancelled, after a validation, and named in the operation', async () => {
  const before = await running();
  expect(before).toHaveLength(2);
  const receipt = await bench.apply(await approved());
  expect(receipt).toMatchObject({ result: 'changed', before: { running: before }, after: { running: [] } });
  for (const name of before) expect(receipt.operation).toMatch(new RegExp(`${name}: projects/\\S+/operations/`));
  const calls = bench.sandbox.control.calls({ method: 'CancelExecution' });
  expect(calls.map(({ request }) => (request as { validateOnly?: boolean }).validateOnly === true)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  for (const { request, reason } of calls) {
    expect((request as { etag?: string }).etag).toMatch(/^".+"$/);
    expect(reason).toMatch(/^firebreak case \S+ decision /);
  }
});

test('the receipt comes when they have ended, not when they were asked to', async () => {
  seed(1);
  const receipt = await bench.apply(await approved());
  expect(receipt).toMatchObject({ result: 'changed', after: { running: [] } });
  expect(await running()).toEqual([]);
});

test('an execution that ends by itself meanwhile is as good as cancelled', async () => {
  const request = await approved();
  bench.sandbox.control.fault({ method: 'CancelExecution', delayMilliseconds: 1, count: 2 });
  bench.sandbox.control.fault({ method: 'CancelExecution', mode: 'apply-then-lose', code: 'FAILED_PRECONDITION' });
  bench.sandbox.control.fault({ method: 'CancelExecution', mode: 'apply-then-lose', code: 'NOT_FOUND' });
  expect(await bench.apply(request)).toMatchObject({ result: 'already-so', after: { running: [] } });
});

test('one that cannot be cancelled and runs on is a failed receipt, which says what still runs', async () => {
  const request = await approved();
  bench.sandbox.control.fault({ method: 'CancelExecution', delayMilliseconds: 1, count: 3 });
  bench.sandbox.control.fault({ method: 'CancelExecution', code: 'PERMISSION_DENIED' });
  const receipt = await bench.apply(request);
  expect(receipt.result).toBe('failed');
  expect(receipt.detail).toContain('PERMISSION_DENIED');
  expect(receipt.after.running).toHaveLength(1);
});

test('answers that are lost, and conflicts, leave nothing running and one receipt', async () => {
  const request = await approved();
  bench.sandbox.control.fault({ method: 'CancelExecution', delayMilliseconds: 1, count: 2 });
  bench.sandbox.control.fault({ method: 'CancelExecution', mode: 'apply-then-lose', code: 'UNAVAILABLE' });
  bench.sandbox.control.fault({ method: 'CancelExecution', code: 'ABORTED' });
  const receipt = await bench.apply(request);
  expect(receipt).toMatchObject({ result: 'changed', after: { running: [] } });
  expect(receipt.before.running).toHaveLength(2);
  expect(await bench.apply(request)).toEqual(receipt);
});

test('an etag that is not the current one is a conflict', async () => {
  const [name] = await running();
  const full = `projects/${target.project}/locations/${target.location}/jobs/${target.name}/executions/${name}`;
  await expect(bench.clients.respond.executions.cancelExecution({ name: full, etag: '"old"' })).rejects.toThrow(
    /ABORTED/,
  );
});

test('nothing that runs needs no call, and nothing is ever started', async () => {
  await bench.apply(await approved());
  bench.sandbox.control.clearCalls();
  expect(await bench.apply(await approved())).toMatchObject({ result: 'already-so' });
  expect(bench.sandbox.control.calls({ method: 'CancelExecution' })).toEqual([]);
  const start = await bench.approved({ kind: 'cancel-executions', target, change: { running: ['x'] } });
  expect(await bench.apply(start)).toMatchObject({ result: 'failed' });
});
