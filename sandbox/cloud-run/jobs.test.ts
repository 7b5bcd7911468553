import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JobDescription, seedJob } from './seed-job.ts';
import { startTestSandbox } from './test-sandbox.ts';
import type { TestSandbox } from './test-sandbox.ts';

const second = 1000;
const job = 'projects/rhea-prod-4421/locations/europe-west1/jobs/nightly';
let sandbox: TestSandbox;
let execution: string;

/** The job of all tests, which ran an hour ago and runs since a minute. */
function described(): JobDescription {
  const ago = (seconds: number) => new Date(sandbox.kernel.clock.now() - seconds * second).toISOString();
  return {
    project: 'rhea-prod-4421',
    projectNumber: '481516234200',
    location: 'europe-west1',
    name: 'nightly',
    createTime: ago(86_400),
    image: 'example.com/nightly@sha256:1',
    command: ['bash'],
    args: ['-c', 'xmrig'],
    serviceAccount: 'nightly-run@rhea-prod-4421.iam.gserviceaccount.com',
    secrets: [{ env: 'TOKEN', secret: 'nightly-token' }],
    executions: [ago(3_600), ago(60)],
    runsSeconds: 1_800,
    operationMilliseconds: 0,
    compromised: { beaconText: 'stratum+tcp://198.51.100.9:3333 accepted' },
  };
}

beforeEach(async () => {
  sandbox = await startTestSandbox();
  seedJob(sandbox.section, described());
  execution = (await executions())[0]?.name ?? '';
});
afterEach(() => sandbox.close());

/** The execution that was started, as its operation tells it. */
async function startedBy({ metadata }: { readonly metadata: unknown }) {
  return metadata as { name: string; template?: { containers?: { image: string }[] } };
}

async function executions() {
  return (await sandbox.executions('observe').listExecutions({ parent: job }))[0];
}

/** Beacon lines of an execution from now on, for that long. */
async function beaconsDuring(seconds: number, name: string): Promise<number> {
  const from = new Date(sandbox.kernel.clock.now()).toISOString();
  sandbox.kernel.clock.advance(seconds * second);
  const [entries] = await sandbox.logging('observe').getEntries({
    filter: `resource.type="cloud_run_job" AND resource.labels.job_name="nightly" AND resource.labels.location="europe-west1" AND labels."run.googleapis.com/execution_name"="${name.split('/').at(-1)}" AND textPayload:"stratum" AND timestamp>="${from}"`,
    pageSize: 1000,
    autoPaginate: false,
  });
  return entries.length;
}

test('a job has its template and its executions, the newest first', async () => {
  const [read] = await sandbox.jobs('observe').getJob({ name: job.replace('rhea-prod-4421', '481516234200') });
  expect(read).toMatchObject({
    name: job,
    executionCount: 2,
    latestCreatedExecution: { name: execution.split('/').at(-1), completionStatus: 'EXECUTION_RUNNING' },
    terminalCondition: { state: 'CONDITION_SUCCEEDED' },
    template: {
      template: {
        serviceAccount: 'nightly-run@rhea-prod-4421.iam.gserviceaccount.com',
        containers: [
          {
            image: 'example.com/nightly@sha256:1',
            command: ['bash'],
            args: ['-c', 'xmrig'],
            env: [{ name: 'TOKEN', valueSource: { secretKeyRef: { secret: 'nightly-token' } } }],
          },
        ],
      },
    },
  });
  expect(await executions()).toMatchObject([
    { runningCount: 1, reconciling: true, template: { containers: [{ args: ['-c', 'xmrig'] }] } },
    { runningCount: 0, succeededCount: 1, conditions: [{ state: 'CONDITION_SUCCEEDED' }] },
  ]);
  const [jobs] = await sandbox.jobs('observe').listJobs({ parent: job.slice(0, job.indexOf('/jobs/')) });
  expect(jobs).toHaveLength(1);
});

test('an execution writes until it is cancelled and its time of grace is over; the operation is done then', async () => {
  expect(await beaconsDuring(60, execution)).toBeGreaterThanOrEqual(59);
  const [operation] = await sandbox.executions('respond').cancelExecution({ name: execution });
  expect(operation.latestResponse.done).toBe(false);
  const [during] = await sandbox.executions('observe').getExecution({ name: execution });
  expect(during).toMatchObject({ runningCount: 1, conditions: [{ executionReason: 'CANCELLING' }] });
  sandbox.kernel.clock.advance(10 * second);
  const [after] = await operation.promise();
  expect(after).toMatchObject({ runningCount: 0, cancelledCount: 1, completionTime: expect.anything() });
  expect(await beaconsDuring(600, execution)).toBe(0);
  const again = sandbox.executions('respond').cancelExecution({ name: execution });
  await expect(again).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
});

test('a cancellation or deletion that was told to fail ends in error and changes nothing', async () => {
  await sandbox.control('POST', '/cloud-run/operation-fault', { service: 'nightly', message: 'try later', count: 2 });
  const failed = { code: status.INTERNAL, message: expect.stringContaining('try later') };
  const [cancel] = await sandbox.executions('respond').cancelExecution({ name: execution });
  const cancelled = cancel.promise();
  sandbox.kernel.clock.advance(10 * second);
  await expect(cancelled).rejects.toMatchObject(failed);
  const [deletion] = await sandbox.jobs('destructive').deleteJob({ name: job });
  await expect(deletion.promise()).rejects.toMatchObject(failed);
  expect(await beaconsDuring(60, execution)).toBeGreaterThanOrEqual(59);
});

test('a cancellation that is validated only cancels nothing', async () => {
  await sandbox.executions('respond').cancelExecution({ name: execution, validateOnly: true });
  expect(await beaconsDuring(60, execution)).toBeGreaterThanOrEqual(59);
});

test('an updated job is in force for executions that begin later: another image is not compromised', async () => {
  const client = sandbox.jobs('publisher');
  const [read] = await client.getJob({ name: job });
  const template = structuredClone(read.template!);
  template.template!.containers![0]!.image = 'example.com/nightly@sha256:2';
  const [preview] = await client.updateJob({ job: { ...read, template }, validateOnly: true });
  expect((await preview.promise())[0].template?.template?.containers?.[0]?.image).toContain('sha256:2');
  expect((await client.getJob({ name: job }))[0]).toEqual(read);

  await (await client.updateJob({ job: { ...read, template } }))[0].promise();
  const stale = client.updateJob({ job: { ...read, template } });
  await expect(stale).rejects.toMatchObject({ code: status.ABORTED });
  const [started] = await client.runJob({ name: job });
  const run = await startedBy(started);
  expect(run.template?.containers?.[0]?.image).toContain('sha256:2');
  expect(await beaconsDuring(60, execution)).toBeGreaterThanOrEqual(59);
  expect(await beaconsDuring(60, run.name ?? '')).toBe(0);
});

test('an updated job reconciles until its operation is done; what begins until then is as it was', async () => {
  seedJob(sandbox.section, { ...described(), operationMilliseconds: 60 * second });
  const client = sandbox.jobs('publisher');
  const [read] = await client.getJob({ name: job });
  const template = structuredClone(read.template!);
  template.template!.containers![0]!.image = 'example.com/nightly@sha256:2';
  const [operation] = await client.updateJob({ job: { ...read, template } });
  expect((await client.getJob({ name: job }))[0]).toMatchObject({
    generation: '2',
    observedGeneration: '1',
    reconciling: true,
    terminalCondition: { state: 'CONDITION_PENDING' },
  });
  const early = await startedBy((await client.runJob({ name: job }))[0]);
  expect(early.template?.containers?.[0]?.image).toContain('sha256:1');
  sandbox.kernel.clock.advance(60 * second);
  expect((await operation.promise())[0]).toMatchObject({ reconciling: false });
  expect((await client.getJob({ name: job }))[0]).toMatchObject({ reconciling: false, observedGeneration: '2' });
  const late = await startedBy((await client.runJob({ name: job }))[0]);
  expect(late.template?.containers?.[0]?.image).toContain('sha256:2');
});

test('the operation that runs a job lasts until its execution has ended, also where it is cancelled', async () => {
  const client = sandbox.jobs('publisher');
  const [operation] = await client.runJob({ name: job });
  const { name } = await startedBy(operation);
  sandbox.kernel.clock.advance(1_799 * second);
  expect((await client.checkRunJobProgress(operation.name ?? '')).done).toBe(false);
  sandbox.kernel.clock.advance(2 * second);
  expect((await operation.promise())[0]).toMatchObject({ name, succeededCount: 1 });

  const [again] = await client.runJob({ name: job });
  await sandbox.executions('publisher').cancelExecution({ name: (await startedBy(again)).name });
  sandbox.kernel.clock.advance(11 * second);
  expect((await again.promise())[0]).toMatchObject({ cancelledCount: 1 });
});

test('a job that is read and written back whole stays as it was', async () => {
  const client = sandbox.jobs('respond');
  const [read] = await client.getJob({ name: job });
  await client.updateJob({ job: read });
  expect((await client.getJob({ name: job }))[0]).toMatchObject({ template: read.template, labels: read.labels });
});

test('a deleted execution is not found, and has ended; the job and its other executions stay', async () => {
  const client = sandbox.executions('destructive');
  const refused = client.deleteExecution({ name: execution, etag: '"another"' });
  await expect(refused).rejects.toMatchObject({ code: status.ABORTED });
  await client.deleteExecution({ name: execution, validateOnly: true });
  await client.deleteExecution({ name: execution });
  await expect(client.getExecution({ name: execution })).rejects.toMatchObject({ code: status.NOT_FOUND });
  expect(await executions()).toHaveLength(1);
  sandbox.kernel.clock.advance(10 * second);
  expect(await beaconsDuring(60, execution)).toBe(0);
});

test('a deleted job is not found, its executions end, its lines stay', async () => {
  const client = sandbox.jobs('destructive');
  const [read] = await client.getJob({ name: job });
  const refused = client.deleteJob({ name: job, etag: '"another"' });
  await expect(refused).rejects.toMatchObject({ code: status.ABORTED });
  await client.deleteJob({ name: job, etag: read.etag ?? '', validateOnly: true });
  await (await client.deleteJob({ name: job, etag: read.etag ?? '' }))[0].promise();
  await expect(client.getJob({ name: job })).rejects.toMatchObject({ code: status.NOT_FOUND });
  sandbox.kernel.clock.advance(10 * second);
  expect(await beaconsDuring(60, execution)).toBe(0);
  const [lines] = await sandbox.logging('observe').getEntries({
    filter: 'resource.labels.job_name="nightly" AND textPayload:"stratum"',
    autoPaginate: false,
  });
  expect(lines.length).toBeGreaterThan(0);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['update', () => sandbox.jobs('observe').updateJob({ job: { name: job } }), 'run.jobs.update'],
  ['run', () => sandbox.jobs('respond').runJob({ name: job }), 'run.jobs.run'],
  ['delete', () => sandbox.jobs('respond').deleteJob({ name: job }), 'run.jobs.delete'],
  ['policy', () => sandbox.jobs('respond').setIamPolicy({ resource: job }), 'run.jobs.setIamPolicy'],
  ['cancel', () => sandbox.executions('destructive').cancelExecution({ name: execution }), 'run.executions.cancel'],
  ['delete one', () => sandbox.executions('respond').deleteExecution({ name: execution }), 'run.executions.delete'],
])('who may not %s is told which permission is missing', async (_, call, permission) => {
  await expect(call()).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
    message: expect.stringContaining(`'${permission}'`),
  });
});
