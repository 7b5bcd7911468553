import { JobsClient, ServicesClient, WorkerPoolsClient } from '@google-cloud/run';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { type Bench, startBench } from '../../test/support/executor-bench.ts';

let bench: Bench;
let owners: Record<Exclude<Target['kind'], 'instance'>, ServicesClient | JobsClient | WorkerPoolsClient>;
beforeAll(async () => {
  bench = await startBench();
  owners = {
    service: new ServicesClient(bench.ownersEndpoint),
    job: new JobsClient(bench.ownersEndpoint),
    workerPool: new WorkerPoolsClient(bench.ownersEndpoint),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(owners).map((client) => client.close()));
  await bench.close();
});

const scheduler = 'serviceAccount:scheduler@rhea-prod-4421.iam.gserviceaccount.com';
const office = {
  role: 'roles/run.invoker',
  members: ['user:ana@example.com'],
  condition: { title: 'office hours', expression: 'request.time.getHours() < 18', description: '', location: '' },
};
const admin = { role: 'roles/run.admin', members: ['group:owners@example.com'], condition: null };
const open = { role: 'roles/run.invoker', members: ['allUsers', scheduler], condition: null };

let count = 0;
const kinds = ['service', 'job', 'workerPool'] as const;

describe.each(kinds)('the policy of a %s', (kind) => {
  let target: Target;
  const live = async () =>
    (await owners[kind].getIamPolicy({ resource: targetName(target), options: { requestedPolicyVersion: 3 } }))[0]
      .bindings;
  const byOwner = (bindings: object[]) =>
    owners[kind].setIamPolicy({ resource: targetName(target), policy: { version: 3, bindings } });
  const approved = (invokers: readonly string[]) =>
    bench.approved({ kind: 'set-invokers', target, change: { invokers } });

  beforeEach(async () => {
    bench.sandbox.control.clearFaults();
    count += 1;
    const place = { project: 'rhea-prod-4421', location: 'europe-west1', name: `governed-${count}` };
    target = { kind, ...place };
    const revision = { name: `governed-${count}-00001-abc`, image: 'a:1', createTime: '2026-11-01T00:00:00Z' };
    const { control } = bench.sandbox;
    const projectNumber = '442100000001';
    if (kind === 'job') control.seedJob({ ...place, projectNumber, image: 'a:1', createTime: '2026-11-01T00:00:00Z' });
    else if (kind === 'service') control.seedService({ ...place, projectNumber, revisions: [revision] });
    else
      control.seedWorkerPool({
        ...place,
        projectNumber,
        revisions: [revision],
        scaling: { mode: 'MANUAL', manual: 1 },
      });
    await byOwner([admin, open, office]);
    control.clearCalls();
  });

  test('loses only members of the invoker role without a condition, and the inverse gives the same policy back', async () => {
    const request = await approved([scheduler]);
    expect(await bench.apply(request)).toMatchObject({
      result: 'changed',
      before: { invokers: ['allUsers', scheduler] },
      after: { invokers: [scheduler] },
      operation: '',
    });
    expect(await live()).toEqual([admin, { ...open, members: [scheduler] }, office]);
    for (const { reason, role } of bench.sandbox.control.calls({ method: 'SetIamPolicy' })) {
      expect(role).toBe('respond-iam');
      expect(reason).toMatch(/^firebreak case \S+ decision \S+ \S+$/);
    }
    expect(await bench.apply(await approved(['allUsers', scheduler]))).toMatchObject({ result: 'changed' });
    expect(await live()).toEqual([admin, { ...open, members: [scheduler, 'allUsers'] }, office]);
  });

  test('loses all of them, and gets them back in a binding of their own', async () => {
    await bench.apply(await approved([]));
    expect(await live()).toEqual([admin, office]);
    await bench.apply(await approved(['allUsers', scheduler]));
    expect(await live()).toEqual([admin, office, open]);
  });

  test('is changed once, though the answer is lost: then nobody says whose change it is', async () => {
    const request = await approved([]);
    bench.loseAnswer('SetIamPolicy', 'not-validated');
    // A policy does not count its changes.
    expect(await bench.apply(request)).toMatchObject({ result: 'already-so', whose: 'not-known' });
    expect(bench.effective('SetIamPolicy')).toHaveLength(1);
  });

  test('that changed since the approval is refused with the difference', async () => {
    const request = await approved([]);
    await byOwner([admin, { ...open, members: ['user:new@example.com'] }, office]);
    bench.sandbox.control.clearCalls();
    expect(await bench.apply(request)).toMatchObject({
      result: 'refused',
      detail: expect.stringContaining('user:new@example.com') as string,
    });
    expect(bench.effective('SetIamPolicy')).toEqual([]);
  });

  test('that somebody else writes at the same time is read again, so that nothing of theirs is lost', async () => {
    const request = await approved([]);
    const [action] = request.plan.actions;
    const stale = await bench.executors['set-invokers'].read(target);
    await byOwner([{ ...admin, members: ['group:others@example.com'] }, open]);
    await expect(bench.executors['set-invokers'].start(action!, stale, 'test')).rejects.toThrow(/changed meanwhile/);
    bench.sandbox.control.fault({ method: 'SetIamPolicy', code: 'ABORTED' });
    expect(await bench.apply(request)).toMatchObject({ result: 'changed' });
    expect(await live()).toEqual([{ ...admin, members: ['group:others@example.com'] }]);
  });

  test('that an organization keeps from being public again is a failed receipt, which says so', async () => {
    await byOwner([admin]);
    bench.sandbox.control.fault({ method: 'SetIamPolicy', code: 'FAILED_PRECONDITION' });
    const receipt = await bench.apply(await approved(['allUsers']));
    expect(receipt.result).toBe('failed');
    expect(receipt.detail).toMatch(/allUsers cannot be added: an organization policy/);
    expect(await live()).toEqual([admin]);
  });
});

test('an action of another kind’s fields changes no policy', async () => {
  const target = { kind: 'service', project: 'rhea-prod-4421', location: 'europe-west1', name: `governed-1` } as const;
  const request = await bench.approved({ kind: 'set-invokers', target, change: { ingress: 'INGRESS_TRAFFIC_ALL' } });
  expect(await bench.apply(request)).toMatchObject({ result: 'failed' });
});
