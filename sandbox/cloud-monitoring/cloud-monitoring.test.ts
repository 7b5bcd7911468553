import { MetricServiceClient, type protos } from '@google-cloud/monitoring';
import { credentials, status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { seedJob } from '../cloud-run/seed-job.ts';
import { seedWorkerPool } from '../cloud-run/seed.ts';
import { off, startTestSandbox, toGood, update } from '../cloud-run/test-sandbox.ts';
import type { TestSandbox } from '../cloud-run/test-sandbox.ts';
import { portOffset } from '../kernel/service.ts';
import type { Role } from '../kernel/service.ts';
import { checkout } from '../scenario/services.ts';

type Request = protos.google.monitoring.v3.IListTimeSeriesRequest;

interface Answer {
  readonly timeSeries: readonly protos.google.monitoring.v3.ITimeSeries[];
}

const started: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of started.splice(0).toReversed()) await close();
});

async function start(): Promise<TestSandbox> {
  const sandbox = await startTestSandbox();
  started.push(() => sandbox.close());
  return sandbox;
}

async function list(sandbox: TestSandbox, request: Request, role: Role = 'observe'): Promise<Answer> {
  const client = new MetricServiceClient({
    apiEndpoint: '127.0.0.1',
    port: sandbox.kernel.basePort + portOffset[role],
    sslCreds: credentials.createInsecure(),
    projectId: 'sandbox',
  });
  started.push(() => client.close());
  const [timeSeries] = await client.listTimeSeries(request, { retry: null, autoPaginate: false });
  return { timeSeries };
}

const metric = 'metric.type="run.googleapis.com/container/instance_count"';
const ofService = `${metric} AND resource.labels.service_name="checkout-api"`;

function request(sandbox: TestSandbox, minutes: number, filter = ofService): Request {
  const now = Math.floor(sandbox.kernel.clock.now() / 1000);
  return {
    name: 'projects/rhea-prod-4421',
    filter,
    interval: { startTime: { seconds: String(now - minutes * 60) }, endTime: { seconds: String(now) } },
    view: 'FULL',
  };
}

/** The newest count of each series. */
function newest({ timeSeries }: Answer): object {
  return Object.fromEntries(
    timeSeries.map(({ metric, resource, points }) => [
      `${resource?.labels?.['revision_name']} ${metric?.labels?.['state']}`,
      points?.[0]?.value?.int64Value,
    ]),
  );
}

/** There is a point a minute: what happens now does so between two of them, whenever the test runs. */
function wellWithinAMinute({ kernel }: Awaited<ReturnType<typeof start>>): void {
  kernel.clock.advance(60_000 - (kernel.clock.now() % 60_000) + 5_000);
}

test('each revision has its instances, in use and idle, a point a minute, newest first', async () => {
  const sandbox = await start();
  wellWithinAMinute(sandbox);
  await update(sandbox, { traffic: toGood }, ['traffic']);
  sandbox.kernel.clock.advance(5 * 60_000);
  const answer = await list(sandbox, request(sandbox, 4));
  expect(newest(answer)).toEqual({ [`${checkout.goodRevision} active`]: '1', [`${checkout.badRevision} idle`]: '1' });
  expect(answer.timeSeries[0]?.resource).toEqual({
    type: 'cloud_run_revision',
    labels: {
      project_id: 'rhea-prod-4421',
      location: 'europe-west1',
      service_name: 'checkout-api',
      configuration_name: 'checkout-api',
      revision_name: checkout.goodRevision,
    },
  });
});

test('an end shows as a 0 once, two minutes late, and then as no points at all', async () => {
  const sandbox = await start();
  wellWithinAMinute(sandbox);
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance(100_000);
  const bad = `${checkout.badRevision} active`;
  expect(newest(await list(sandbox, request(sandbox, 3)))).toEqual({ [bad]: '1' });
  sandbox.kernel.clock.advance(90_000);
  expect(newest(await list(sandbox, request(sandbox, 3)))).toMatchObject({ [bad]: '0' });
  sandbox.kernel.clock.advance(600_000);
  expect((await list(sandbox, request(sandbox, 3))).timeSeries).toEqual([]);
});

test('jobs and worker pools have theirs by their own resource types', async () => {
  const sandbox = await start();
  const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1' };
  const createTime = new Date(sandbox.kernel.clock.now() - 3_600_000).toISOString();
  const revisions = [{ name: 'worker-00001-abc', image: 'example.com/worker:1', createTime }];
  seedWorkerPool(sandbox.section, { ...place, name: 'worker', scaling: { mode: 'MANUAL', manual: 3 }, revisions });
  seedJob(sandbox.section, {
    ...place,
    name: 'nightly',
    image: 'example.com/n:1',
    createTime,
    executions: [createTime],
  });
  const pool = await list(
    sandbox,
    request(
      sandbox,
      5,
      `${metric} AND resource.type = "cloud_run_worker_pool" AND resource.labels.worker_pool_name="worker"`,
    ),
  );
  expect(newest(pool)).toEqual({ 'worker-00001-abc active': '3' });
  const job = await list(
    sandbox,
    request(sandbox, 5, `${metric} AND resource.type="cloud_run_job" AND resource.label.job_name="nightly"`),
  );
  expect(job.timeSeries[0]?.points?.[0]?.value?.int64Value).toBe('1');
});

test.each([
  ['another metric', { filter: 'metric.type="run.googleapis.com/request_count"' }, 'request_count'],
  ['a filter without a metric', { filter: 'resource.type="cloud_run_job"' }, 'metric.type'],
  ['an unknown field', { filter: `${metric} AND metric.labels.size="3"` }, 'metric.labels.size'],
  ['a function', { filter: `${metric} AND resource.labels.service_name=starts_with("c")` }, 'starts_with'],
  ['an aggregation', { aggregation: { alignmentPeriod: { seconds: '60' } } }, 'aggregation'],
  ['no interval', { interval: null }, 'end_time'],
])('%s is refused by name', async (_, wrong, text) => {
  const sandbox = await start();
  await expect(list(sandbox, { ...request(sandbox, 5), ...wrong })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringContaining(text),
  });
});

test('only the observe role reads metrics', async () => {
  const sandbox = await start();
  await expect(list(sandbox, request(sandbox, 5), 'respond')).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
});
