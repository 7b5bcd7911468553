import { InstancesClient } from '@google-cloud/run';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fields } from '../../model/fields.ts';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { type Bench, startBench } from '../../test/support/executor-bench.ts';

let bench: Bench;
let owners: InstancesClient;
beforeAll(async () => {
  bench = await startBench();
  owners = new InstancesClient(bench.ownersEndpoint);
});
afterAll(async () => {
  await owners.close();
  await bench.close();
});

let count = 0;
let target: Target;
beforeEach(() => {
  bench.sandbox.control.clearFaults();
  bench.sandbox.control.clearCalls();
  count += 1;
  target = { kind: 'instance', project: 'rhea-prod-4421', location: 'europe-west1', name: `agent-${count}` };
  bench.sandbox.control.seedInstance({
    project: 'rhea-prod-4421',
    projectNumber: '442100000001',
    location: 'europe-west1',
    name: target.name,
    createTime: '2026-11-20T00:00:00Z',
    image: 'agent:1',
    graceSeconds: 0,
    operationMilliseconds: 50,
  });
});

const approved = (change: Fields) => bench.approved({ kind: 'switch-instance', target, change });
const state = async () => (await owners.getInstance({ name: targetName(target) }))[0].terminalCondition?.state;
const calls = (method: string) => bench.sandbox.control.calls({ method });

test('an instance is stopped, and started again by the inverse, each with the etag just read', async () => {
  const stopped = await bench.apply(await approved({ runs: false }));
  expect(stopped).toMatchObject({ result: 'changed', before: { runs: true }, after: { runs: false } });
  expect(await state()).toBe('CONDITION_PENDING');
  expect(calls('StopInstance').map(({ request }) => (request as { etag: string }).etag)).not.toContain('');
  expect(await bench.apply(await approved({ runs: true }))).toMatchObject({ result: 'changed' });
  expect(await state()).toBe('CONDITION_SUCCEEDED');
});

test('one that somebody has stopped is so already, and one that is gone is not found', async () => {
  const request = await approved({ runs: false });
  await (await owners.stopInstance({ name: targetName(target) }))[0].promise();
  bench.sandbox.control.clearCalls();
  expect(await bench.apply(request)).toMatchObject({ result: 'already-so' });
  expect(calls('StopInstance')).toEqual([]);
  target = { ...target, name: 'no-such-agent' };
  expect(await bench.apply(await approved({ runs: false }))).toMatchObject({ result: 'failed' });
});

test('what cannot be stopped is said, and it still runs', async () => {
  bench.sandbox.control.fault({ role: 'respond', method: 'Instances/StopInstance', code: 'PERMISSION_DENIED' });
  const receipt = await bench.apply(await approved({ runs: false }));
  expect(receipt).toMatchObject({ result: 'failed', detail: expect.stringContaining('PERMISSION_DENIED') });
  expect(await state()).toBe('CONDITION_SUCCEEDED');
});

test('nothing else of it is written', async () => {
  const receipt = await bench.apply(await approved({ ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }));
  expect(receipt).toMatchObject({ result: 'failed', detail: expect.stringContaining('stopped or started') });
});
