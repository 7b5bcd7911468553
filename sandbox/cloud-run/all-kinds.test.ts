import { v2 as run } from '@google-cloud/run';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portOffset, type Role } from '../kernel/service.ts';
import { seedJob } from './seed-job.ts';
import { seedWorkerPool } from './seed.ts';
import { cloudRunSection } from './state.ts';
import { name as service, startTestSandbox, type TestSandbox, toGood } from './test-sandbox.ts';

const place = 'projects/rhea-prod-4421/locations/europe-west1';
const pool = `${place}/workerPools/queue-worker`;
const job = `${place}/jobs/nightly`;
const [good, bad] = ['queue-worker-00001-abc', 'queue-worker-00002-def'];

let sandbox: TestSandbox;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  sandbox = await startTestSandbox();
  const section = cloudRunSection(sandbox.kernel.store);
  const time = (seconds: number) => new Date(sandbox.kernel.clock.now() - seconds * 1000).toISOString();
  const common = { project: 'rhea-prod-4421', projectNumber: '710422310001', location: 'europe-west1' };
  const compromised = { beaconText: 'beacon 203.0.113.7', everySeconds: 1 };
  seedWorkerPool(section, {
    ...common,
    name: 'queue-worker',
    scaling: { mode: 'MANUAL', manual: 3 },
    operationMilliseconds: 0,
    revisions: [
      { name: good, createTime: time(9_000), image: 'worker@sha256:1' },
      { name: bad, createTime: time(600), image: 'worker@sha256:2', compromised },
    ],
  });
  seedJob(section, {
    ...common,
    name: 'nightly',
    createTime: time(9_000),
    image: 'nightly@sha256:1',
    executions: [time(60)],
    invokers: ['serviceAccount:scheduler@rhea-prod-4421.iam.gserviceaccount.com'],
    rerunEverySeconds: 300,
    runsSeconds: 200,
    operationMilliseconds: 0,
    compromised,
  });
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await sandbox.close();
});

const endpoint = (role: Role) => ({
  apiEndpoint: '127.0.0.1',
  port: sandbox.kernel.basePort + portOffset[role],
  sslCreds: credentials.createInsecure(),
});
function made<T extends { close(): Promise<unknown> }>(client: T): T {
  closers.push(() => client.close());
  return client;
}
const pools = (role: Role) => made(new run.WorkerPoolsClient(endpoint(role)));
const jobs = (role: Role) => made(new run.JobsClient(endpoint(role)));
const executions = (role: Role) => made(new run.ExecutionsClient(endpoint(role)));
const lines = async (filter: string): Promise<number> =>
  (await sandbox.logging('observe').getEntries({ filter, pageSize: 1_000, autoPaginate: false }))[0].length;
const running = async (): Promise<string[]> => {
  const [list] = await executions('observe').listExecutions({ parent: job });
  return list.flatMap(({ name, runningCount }) => ((runningCount ?? 0) > 0 ? [name?.split('/').at(-1) ?? ''] : []));
};

describe('worker pools', () => {
  test('a pool has splits, a manual count, revisions, and its compromised revision writes', async () => {
    const [read] = await pools('observe').getWorkerPool({ name: pool });
    expect(read.scaling?.manualInstanceCount).toBe(3);
    expect(read.instanceSplits).toMatchObject([{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }]);
    const [revisions] = await sandbox.revisions('observe').listRevisions({ parent: pool });
    expect(revisions.map(({ name }) => name?.split('/').at(-1))).toEqual([bad, good]);
    const filter = `resource.type="cloud_run_worker_pool" AND resource.labels.worker_pool_name="queue-worker" AND resource.labels.revision_name="${bad}"`;
    expect(await lines(filter)).toBeGreaterThan(100);
  });

  test('splits to the good revision end the instances of the bad one after the grace time; another etag is refused', async () => {
    const client = pools('respond');
    const [read] = await client.getWorkerPool({ name: pool });
    const splits = [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION' as const, revision: good, percent: 100 }];
    const request = {
      workerPool: { name: pool, etag: read.etag ?? '', instanceSplits: splits },
      updateMask: { paths: ['instance_splits'] },
    };
    const [operation] = await client.updateWorkerPool(request);
    await operation.promise();
    await expect(client.updateWorkerPool(request)).rejects.toMatchObject({ code: status.ABORTED });
    sandbox.kernel.clock.advance(11_000);
    const from = new Date(sandbox.kernel.clock.now()).toISOString();
    sandbox.kernel.clock.advance(30_000);
    expect(await lines(`resource.labels.revision_name="${bad}" AND timestamp>="${from}"`)).toBe(0);
  });

  test('a count of 0 that is validated only changes nothing', async () => {
    const client = pools('respond');
    const change = { name: pool, scaling: { manualInstanceCount: 0 } };
    const paths = ['scaling.manual_instance_count'];
    await client.updateWorkerPool({ workerPool: change, updateMask: { paths }, validateOnly: true });
    expect((await client.getWorkerPool({ name: pool }))[0].scaling?.manualInstanceCount).toBe(3);
    const [operation] = await client.updateWorkerPool({ workerPool: change, updateMask: { paths } });
    await operation.promise();
    expect((await client.getWorkerPool({ name: pool }))[0].scaling?.manualInstanceCount ?? null).toBeNull();
  });
});

describe('jobs', () => {
  test('a cancelled execution ends after the grace time; the scheduler starts another one as long as it may', async () => {
    const [first] = await running();
    expect(first).toBeDefined();
    const client = executions('respond');
    const name = `${job}/executions/${first!}`;
    const [read] = await client.getExecution({ name });
    await expect(client.cancelExecution({ name, etag: '"another"' })).rejects.toMatchObject({ code: status.ABORTED });
    await client.cancelExecution({ name, etag: read.etag ?? '' });
    expect(await running()).toEqual([first]);
    sandbox.kernel.clock.advance(11_000);
    expect(await running()).toEqual([]);
    sandbox.kernel.clock.advance(300_000);
    expect(await running()).toHaveLength(1);
  });

  test('without invokers in its own policy the scheduler starts nothing; a policy that changed meanwhile is not overwritten', async () => {
    const client = jobs('respond-iam');
    const [policy] = await client.getIamPolicy({ resource: job });
    const [changed] = await client.setIamPolicy({ resource: job, policy: { ...policy, bindings: [] } });
    expect(changed.bindings ?? []).toEqual([]);
    await expect(client.setIamPolicy({ resource: job, policy })).rejects.toMatchObject({ code: status.ABORTED });
    sandbox.kernel.clock.advance(1_000_000);
    expect(await running()).toEqual([]);
  });
});

describe('who may do what', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['respond sets no policy', () => jobs('respond').setIamPolicy({ resource: job, policy: {} })],
    ['respond deletes nothing', () => sandbox.services('respond').deleteService({ name: service })],
    ['respond-iam changes no pool', () => pools('respond-iam').updateWorkerPool({ workerPool: { name: pool } })],
    ['observe cancels nothing', () => executions('observe').cancelExecution({ name: `${job}/executions/x` })],
  ])('%s', async (_what, call) => {
    await expect(call()).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  });
});

describe('deletion', () => {
  test('a revision that serves or is the newest is not deleted; one that does neither is gone, and its lines stay', async () => {
    const client = sandbox.revisions('destructive');
    const [all] = await client.listRevisions({ parent: service });
    const [newest, older] = all.map(({ name }) => name ?? '');
    await expect(client.deleteRevision({ name: newest! })).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
    const [operation] = await client.deleteRevision({ name: older! });
    await operation.promise();
    await expect(client.getRevision({ name: older! })).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(
      sandbox
        .services('respond')
        .updateService({ service: { name: service, traffic: toGood }, updateMask: { paths: ['traffic'] } }),
    ).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('a deleted service is not found, its instances end, and Google’s own record names who did it', async () => {
    const client = sandbox.services('destructive');
    await client.deleteService({ name: service, validateOnly: true });
    const [read] = await client.getService({ name: service });
    await client.deleteService({ name: service, etag: read.etag ?? '' });
    await expect(client.getService({ name: service })).rejects.toMatchObject({ code: status.NOT_FOUND });
    sandbox.kernel.clock.advance(11_000);
    const from = new Date(sandbox.kernel.clock.now()).toISOString();
    sandbox.kernel.clock.advance(60_000);
    expect(await lines(`resource.labels.service_name="checkout-api" AND timestamp>="${from}"`)).toBe(0);
    const audit =
      'logName:"cloudaudit.googleapis.com%2Factivity" AND protoPayload.methodName="google.cloud.run.v2.Services.DeleteService" AND protoPayload.authenticationInfo.principalEmail="firebreak-destructive@rhea-prod-4421.iam.gserviceaccount.com"';
    expect(await lines(audit)).toBe(1);
  });
});
