import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedWorkerPool } from './seed.ts';
import { startTestSandbox } from './test-sandbox.ts';
import type { TestSandbox } from './test-sandbox.ts';

const second = 1000;
const pool = 'projects/rhea-prod-4421/locations/europe-west1/workerPools/mailer';
const [good, bad] = ['mailer-00001-abc', 'mailer-00002-def'];
const broken = 'broken@rhea-prod-4421.iam.gserviceaccount.com';
let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
  const ago = (seconds: number) => new Date(sandbox.kernel.clock.now() - seconds * second).toISOString();
  seedWorkerPool(sandbox.section, {
    project: 'rhea-prod-4421',
    projectNumber: '481516234200',
    location: 'europe-west1',
    name: 'mailer',
    scaling: { mode: 'MANUAL', manual: 2 },
    brokenServiceAccounts: [broken],
    operationMilliseconds: 0,
    revisions: [
      { name: good, createTime: ago(7_200), image: 'example.com/mailer@sha256:1' },
      {
        name: bad,
        createTime: ago(600),
        image: 'example.com/mailer@sha256:2',
        compromised: { beaconText: 'beacon 203.0.113.9' },
      },
    ],
  });
});
afterEach(() => sandbox.close());

async function update(workerPool: object, paths: readonly string[]) {
  const client = sandbox.workerPools('respond');
  const [operation] = await client.updateWorkerPool({
    workerPool: { name: pool, ...workerPool },
    updateMask: { paths: [...paths] },
  });
  return (await operation.promise())[0];
}

async function read() {
  return (await sandbox.workerPools('observe').getWorkerPool({ name: pool }))[0];
}

/** Beacon lines from now on, for that long. */
async function beaconsDuring(seconds: number): Promise<number> {
  const from = new Date(sandbox.kernel.clock.now()).toISOString();
  sandbox.kernel.clock.advance(seconds * second);
  const [entries] = await sandbox.logging('observe').getEntries({
    filter: `resource.type="cloud_run_worker_pool" AND resource.labels.worker_pool_name="mailer" AND resource.labels.revision_name="${bad}" AND textPayload:"beacon" AND timestamp>="${from}"`,
    pageSize: 1000,
    autoPaginate: false,
  });
  return entries.length;
}

test('a pool says what is asked for and what is in force', async () => {
  expect(await read()).toMatchObject({
    name: pool,
    threatDetectionEnabled: true,
    reconciling: false,
    terminalCondition: { state: 'CONDITION_SUCCEEDED' },
    instanceSplits: [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }],
    instanceSplitStatuses: [{ revision: '', percent: 100 }],
    latestReadyRevision: `${pool}/revisions/${bad}`,
    scaling: { manualInstanceCount: 2 },
  });
  const [revision] = await sandbox.revisions('observe').getRevision({ name: `${pool}/revisions/${good}` });
  expect(revision).toMatchObject({ service: '', containers: [{ image: 'example.com/mailer@sha256:1' }] });
});

test('a count of 0 ends all instances after their time of grace, and the old count brings them back', async () => {
  expect(await beaconsDuring(60)).toBeGreaterThanOrEqual(59);
  await update({ scaling: { manualInstanceCount: 0 } }, ['scaling']);
  sandbox.kernel.clock.advance(11 * second);
  expect(await beaconsDuring(60)).toBe(0);
  await update({ scaling: { manualInstanceCount: 2 } }, ['scaling']);
  expect(await beaconsDuring(60)).toBeGreaterThanOrEqual(59);
});

test('a share of the instances keeps the compromised revision alive', async () => {
  const type = 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION';
  await update(
    {
      instanceSplits: [
        { type, revision: good, percent: 50 },
        { type, revision: bad, percent: 50 },
      ],
    },
    ['instance_splits'],
  );
  sandbox.kernel.clock.advance(60 * second);
  expect(await beaconsDuring(60)).toBeGreaterThanOrEqual(59);
});

test('a pool that is read and written back whole makes no revision; another account makes one', async () => {
  const before = await read();
  const [operation] = await sandbox.workerPools('respond').updateWorkerPool({ workerPool: before });
  await operation.promise();
  expect(await read()).toMatchObject({ latestCreatedRevision: `${pool}/revisions/${bad}`, template: before.template });
  const serviceAccount = 'quarantine@rhea-prod-4421.iam.gserviceaccount.com';
  await update({ template: { serviceAccount } }, ['template.service_account']);
  const after = await read();
  expect(after.latestReadyRevision).toMatch(/mailer-00003-/);
  const [made] = await sandbox.revisions('observe').getRevision({ name: after.latestReadyRevision ?? '' });
  expect(made.serviceAccount).toBe(serviceAccount);
});

test('where the new revision fails, the instances stay with the old one', async () => {
  const swap = update({ template: { serviceAccount: broken } }, ['template.service_account']);
  await expect(swap).rejects.toMatchObject({ message: expect.stringContaining('not ready') });
  expect(await read()).toMatchObject({
    terminalCondition: { state: 'CONDITION_FAILED' },
    latestReadyRevision: `${pool}/revisions/${bad}`,
    instanceSplitStatuses: [{ revision: '', percent: 100 }],
  });
});

test('its policy is its own, and comes back as it was written', async () => {
  const client = sandbox.workerPools('respond-iam');
  const bindings = [{ role: 'roles/run.developer', members: ['user:a@example.com'] }];
  await client.setIamPolicy({ resource: pool, policy: { bindings } });
  const [policy] = await sandbox.workerPools('observe').getIamPolicy({ resource: pool });
  expect(policy).toMatchObject({ version: 1, bindings });
});

test('a deleted pool is not found, its revisions neither, its instances end', async () => {
  const client = sandbox.workerPools('destructive');
  const { etag } = await read();
  const refused = client.deleteWorkerPool({ name: pool, etag: '"another"' });
  await expect(refused).rejects.toMatchObject({ code: status.ABORTED });
  await client.deleteWorkerPool({ name: pool, validateOnly: true });
  await (await client.deleteWorkerPool({ name: pool, etag: etag ?? '' }))[0].promise();
  const notFound = { code: status.NOT_FOUND };
  await expect(read()).rejects.toMatchObject(notFound);
  await expect(sandbox.revisions('observe').listRevisions({ parent: pool })).rejects.toMatchObject(notFound);
  sandbox.kernel.clock.advance(10 * second);
  expect(await beaconsDuring(60)).toBe(0);
});

test.each([
  ['no count', { scaling: {} }, ['scaling'], 'manual_instance_count'],
  ['an unknown path', {}, ['traffic'], 'traffic'],
  ['splits that do not make 100', { instanceSplits: [{ type: 1, percent: 60 }] }, ['instance_splits'], 'make 60'],
])('%s is refused by name', async (_, change, paths, text) => {
  sandbox.kernel.setReality({ 'unknown-path': 'refused' });
  await expect(update(change, paths)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringContaining(text),
  });
});

test.each<[string, () => Promise<unknown>, string]>([
  ['update', () => sandbox.workerPools('observe').updateWorkerPool({ workerPool: {} }), 'run.workerpools.update'],
  ['delete', () => sandbox.workerPools('respond').deleteWorkerPool({ name: pool }), 'run.workerpools.delete'],
  ['policy', () => sandbox.workerPools('respond').setIamPolicy({ resource: pool }), 'run.workerpools.setIamPolicy'],
])('who may not %s is told which permission is missing', async (_, call, permission) => {
  await expect(call()).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
    message: expect.stringContaining(`'${permission}'`),
  });
});
