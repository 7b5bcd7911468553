import { CloudSchedulerClient, type protos } from '@google-cloud/scheduler';
import { credentials, status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { seedJob } from '../cloud-run/seed-job.ts';
import { startTestSandbox, type TestSandbox } from '../cloud-run/test-sandbox.ts';
import { portOffset, type Role } from '../kernel/service.ts';

const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1' };
const parent = 'projects/rhea-prod-4421/locations/europe-west1';
const schedule = {
  project: place.project,
  location: 'europe-west1',
  name: 'every-night',
  schedule: '0 2 * * *',
  uri: 'https://shop.example/',
};

const started: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of started.splice(0).toReversed()) await close();
});

async function start(): Promise<TestSandbox> {
  const sandbox = await startTestSandbox();
  started.push(() => sandbox.close());
  return sandbox;
}

function clientOf(sandbox: TestSandbox, role: Role = 'observe'): CloudSchedulerClient {
  const client = new CloudSchedulerClient({
    apiEndpoint: '127.0.0.1',
    port: sandbox.kernel.basePort + portOffset[role],
    sslCreds: credentials.createInsecure(),
    projectId: 'sandbox',
  });
  started.push(() => client.close());
  return client;
}

async function list(client: CloudSchedulerClient, request: protos.google.cloud.scheduler.v1.IListJobsRequest) {
  const [jobs] = await client.listJobs(request, { retry: null, autoPaginate: false });
  return jobs;
}

async function locations(client: CloudSchedulerClient): Promise<string[]> {
  const found: string[] = [];
  const listed = client.listLocationsAsync({ name: 'projects/rhea-prod-4421' }, { retry: null, autoPaginate: false });
  for await (const { locationId } of listed) found.push(locationId ?? '');
  return found;
}

test('a schedule is listed where it is, as it is described, by project id and by number', async () => {
  const sandbox = await start();
  seedJob(sandbox.section, { ...place, name: 'once', createTime: '2026-11-01T00:00:00Z', image: 'a:1' });
  await sandbox.control('PUT', '/cloud-scheduler/schedules', { ...schedule, state: 'PAUSED', timeZone: 'Asia/Tokyo' });
  await sandbox.control('PUT', '/cloud-scheduler/schedules', { ...schedule, location: 'asia-east1' });
  const client = clientOf(sandbox);
  const listed = await list(client, { parent });
  expect(listed).toMatchObject([
    {
      name: `${parent}/jobs/every-night`,
      schedule: '0 2 * * *',
      timeZone: 'Asia/Tokyo',
      state: 'PAUSED',
      httpTarget: { uri: 'https://shop.example/', httpMethod: 'POST' },
    },
  ]);
  expect(await list(client, { parent: parent.replace(place.project, place.projectNumber) })).toEqual(listed);
  expect(await locations(client)).toEqual(['asia-east1', 'europe-west1', 'us-central1']);
});

test('a job that is run again has a schedule by itself; one that is not has none', async () => {
  const sandbox = await start();
  const job = { ...place, createTime: '2026-11-01T00:00:00Z', image: 'a:1' };
  seedJob(sandbox.section, { ...job, name: 'nightly', rerunEverySeconds: 300 });
  seedJob(sandbox.section, { ...job, name: 'once' });
  expect(await list(clientOf(sandbox), { parent })).toMatchObject([
    {
      name: `${parent}/jobs/nightly-scheduler-trigger`,
      schedule: 'every 5 minutes',
      state: 'ENABLED',
      httpTarget: { uri: expect.stringMatching(/^https:\/\/europe-west1-run\..*\/rhea-prod-4421\/jobs\/nightly:run$/) },
    },
  ]);
});

test('a page has at most 500', async () => {
  const sandbox = await start();
  for (let at = 0; at < 501; at += 1)
    await sandbox.control('PUT', '/cloud-scheduler/schedules', { ...schedule, name: `run-${at}` });
  expect(await list(clientOf(sandbox), { parent, pageSize: 1_000 })).toHaveLength(500);
});

test('only the identity that observes may list, and nobody may pause', async () => {
  const sandbox = await start();
  await expect(list(clientOf(sandbox, 'respond'), { parent })).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
  });
  await expect(locations(clientOf(sandbox, 'respond'))).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  const pause = clientOf(sandbox).pauseJob({ name: `${parent}/jobs/every-night` }, { retry: null });
  await expect(pause).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
});
