import { ServicesClient } from '@google-cloud/run';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { type Bench, startBench } from '../../test/support/executor-bench.ts';

let bench: Bench;
let owners: ServicesClient;
beforeAll(async () => {
  bench = await startBench();
  owners = new ServicesClient(bench.ownersEndpoint);
});
afterAll(async () => {
  await owners.close();
  await bench.close();
});

let count = 0;
let service: Target;
let job: Target;
let old: Target;
let serving: Target;
beforeEach(() => {
  bench.sandbox.control.clearFaults();
  count += 1;
  const place = { project: 'rhea-prod-4421', location: 'europe-west1', name: `gone-${count}` };
  service = { kind: 'service', ...place };
  job = { kind: 'job', ...place };
  old = { ...service, revision: `gone-${count}-00001-abc` };
  serving = { ...service, revision: `gone-${count}-00002-xyz` };
  const seeded = { ...place, projectNumber: '442100000001', operationMilliseconds: 50 };
  bench.sandbox.control.seedService({
    ...seeded,
    revisions: [
      { name: old.revision!, image: 'a:1', createTime: '2026-11-01T00:00:00Z' },
      { name: serving.revision!, image: 'a:2', createTime: '2026-11-20T00:00:00Z' },
    ],
  });
  bench.sandbox.control.seedJob({ ...seeded, image: 'a:1', createTime: '2026-11-01T00:00:00Z' });
  bench.sandbox.control.clearCalls();
});

const approved = (target: Target) => bench.approved({ kind: 'delete', target, change: { exists: false } });
const methods = { service: 'DeleteService', revision: 'DeleteRevision', job: 'DeleteJob' } as const;
const targets = { service: () => service, revision: () => old, job: () => job } as const;
const kinds = ['service', 'revision', 'job'] as const;

test.each(kinds)(
  'a %s that is deleted is gone, after a validation, with its etag, by the role for it',
  async (kind) => {
    const target = targets[kind]();
    const receipt = await bench.apply(await approved(target));
    expect(receipt).toMatchObject({ result: 'changed', before: { exists: true }, after: { exists: false } });
    expect((await bench.executors.delete.read(target)).fields).toEqual({ exists: false });
    const calls = bench.sandbox.control.calls({ method: methods[kind] });
    expect(calls.map(({ request }) => (request as { validateOnly?: boolean }).validateOnly === true)).toEqual([
      true,
      false,
    ]);
    for (const { role, reason, request } of calls) {
      expect(role).toBe('destructive');
      expect(reason).toMatch(/^firebreak case \S+ decision \S+ \S+$/);
      expect((request as { etag?: string }).etag).toMatch(/^".+"$/);
    }
  },
);

test.each(kinds)(
  'a %s is deleted once, though the answer is lost: then nobody says whose deed it was; deleted already is as good',
  async (kind) => {
    const request = await approved(targets[kind]());
    bench.loseAnswer(methods[kind]);
    // Nothing of what is gone tells who deleted it.
    const receipt = await bench.apply(request);
    expect(receipt).toMatchObject({ result: 'already-so', whose: 'not-known' });
    expect(receipt.detail).toMatch(/whose change that is is not known/);
    expect(bench.effective(methods[kind])).toHaveLength(1);
    expect(await bench.apply(await approved(targets[kind]()))).toMatchObject({ result: 'already-so' });
  },
);

test.each(kinds)('a %s that somebody else deletes at the same moment is as good, and no deed of ours', async (kind) => {
  const request = await approved(targets[kind]());
  bench.sandbox.control.fault({ method: methods[kind], delayMilliseconds: 1 });
  bench.sandbox.control.fault({ method: methods[kind], mode: 'apply-then-lose', code: 'NOT_FOUND' });
  expect(await bench.apply(request)).toMatchObject({ result: 'already-so', after: { exists: false } });
});

test('deleting a revision leaves the service, and one that serves is a failed receipt with Cloud Run’s words', async () => {
  await bench.apply(await approved(old));
  expect((await bench.executors.delete.read(service)).fields.exists).toBe(true);
  const receipt = await bench.apply(await approved(serving));
  expect(receipt).toMatchObject({ result: 'failed', after: { exists: true } });
  expect(receipt.detail).toContain('cannot be deleted');
});

test('traffic that came back to a revision since the approval keeps it from being deleted', async () => {
  const { fields } = await bench.executors.delete.read(old);
  const request = await bench.approved({
    kind: 'delete',
    target: old,
    change: { exists: false },
    precondition: { traffic: fields.traffic! },
  });
  const stale = await bench.executors.delete.read(service);
  const [operation] = await owners.updateService({
    service: {
      name: targetName(service),
      traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: old.revision!, percent: 100 }],
    },
    updateMask: { paths: ['traffic'] },
  });
  await operation.promise();
  expect(await bench.apply(request)).toMatchObject({
    result: 'refused',
    detail: expect.stringContaining(old.revision!) as string,
  });
  // And one that comes between the read and the deletion is a conflict.
  const [action] = (await approved(service)).plan.actions;
  await expect(bench.executors.delete.start(action!, stale, 'test')).rejects.toMatchObject({ code: status.ABORTED });
  expect(bench.effective('DeleteService')).toEqual([]);
});

test('what this role does not delete, or was not asked to, stays', async () => {
  expect(
    await bench.apply(await bench.approved({ kind: 'delete', target: service, change: { ingress: 'x' } })),
  ).toMatchObject({ result: 'failed' });
  await expect(approved({ ...service, kind: 'workerPool' })).rejects.toThrow(/not deleted/);
});
