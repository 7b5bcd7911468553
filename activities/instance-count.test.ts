import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricServiceClient } from '@google-cloud/monitoring';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import type { CloudRunResource } from '../model/finding.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { closeClients, monitoringClient, observeClients, projectsClient } from '../runtime/google-clients.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import type { QuietRequest } from './quiet.ts';
import { countOf, instanceCounter } from './instance-count.ts';
import { logReader } from './log-reader.ts';
import { tokenBucket } from './token-bucket.ts';

const place = { project: 'rhea-prod-4421', location: 'europe-west1' } as const;
const seeded = { ...place, projectNumber: '481516234200' };
const pool = { kind: 'workerPool', ...place, name: 'pool' } as const;
const service = { kind: 'service', ...place, name: 'shop' } as const;
const jobOf = (name: string): CloudRunResource => ({ kind: 'job', ...place, name });
const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

let folder: string;
let sandbox: Sandbox;
let clients: ReturnType<typeof observeClients>;
let metrics: MetricServiceClient;
let projects: Awaited<ReturnType<typeof projectsClient>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-counts-'));
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  const endpoint = { host: '127.0.0.1', port: sandbox.basePort };
  clients = observeClients(endpoint);
  metrics = await monitoringClient(endpoint);
  projects = await projectsClient(endpoint);
  const revision = (name: string) => ({ name, createTime: secondsAgo(3_600), image: 'registry/a' });
  sandbox.control.seedWorkerPool({
    ...seeded,
    name: 'pool',
    scaling: { mode: 'MANUAL', manual: 3 },
    revisions: [revision('pool-00001-aaa')],
  });
  sandbox.control.seedService({
    ...seeded,
    name: 'shop',
    revisions: [revision('shop-00001-aaa'), revision('shop-00002-bbb')],
    scaling: { mode: 'MANUAL', manual: 2 },
  });
  const job = { ...seeded, createTime: secondsAgo(9_000), image: 'registry/a' };
  sandbox.control.seedJob({ ...job, name: 'runs', executions: [secondsAgo(900)], runsSeconds: 9_000 });
  // It ended 400 s ago.
  sandbox.control.seedJob({ ...job, name: 'ended', executions: [secondsAgo(900)], runsSeconds: 500 });
});
afterEach(() => sandbox.control.clearFaults());
afterAll(async () => {
  await closeClients({ ...clients, metrics, projects });
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

describe('counted', () => {
  const count = (resource: CloudRunResource, since: string, revision?: string) =>
    instanceCounter(metrics)({ resource, ...(revision !== undefined && { revision }), since });

  test.each([
    ['a worker pool that runs', pool, undefined, 3],
    ['a revision of it', pool, 'pool-00001-aaa', 3],
    ['a revision of a service', service, 'shop-00002-bbb', 2],
    ['a job with an execution that runs', jobOf('runs'), undefined, 1],
    ['a job whose execution ended after the change', jobOf('ended'), undefined, 0],
  ] as const)('%s', async (_, resource, revision, instances) => {
    expect(await count(resource, secondsAgo(420), revision)).toEqual({
      status: 'answered',
      value: { instances, at: expect.stringMatching(/T.*Z$/) },
    });
  });

  test.each([
    ['what ran before the change and has no newer count', pool, 30, 'newest count is of'],
    ['an instance that had only just been told to end', pool, 181, 'newest count is of'],
    ['what ended before the change: nothing was counted since', jobOf('ended'), 200, 'no count since the change'],
    ['what never had an instance', jobOf('never'), 420, 'no count since the change'],
    ['a revision without instances beside one that runs', service, 420, 'no count since the change', 'shop-00001-aaa'],
  ] as const)('not known, and never none: %s', async (_, resource, since, reason, revision?: string) => {
    expect(await count(resource, secondsAgo(since), revision)).toEqual({
      status: 'pending',
      reason: expect.stringContaining(reason),
    });
  });

  test('not known: a count that is too old to say what runs now', () => {
    const at = Date.parse('2026-11-23T10:05:00Z');
    const series = [{ points: [{ interval: { endTime: { seconds: at / 1000 } }, value: { int64Value: 2 } }] }];
    expect(countOf(series, at - 120_000, at + 180_000)).toMatchObject({ value: { instances: 2 } });
    expect(countOf(series, at - 120_000, at + 600_000)).toMatchObject({ status: 'pending' });
  });

  test('not known: one execution of a job, since jobs are counted as a whole', async () => {
    expect(await count(jobOf('runs'), secondsAgo(420), 'runs-abcde')).toMatchObject({ status: 'not-applicable' });
  });

  test.each(['PERMISSION_DENIED', 'UNIMPLEMENTED', 'UNAVAILABLE'] as const)(
    'not known, with the reason, where Cloud Monitoring answers %s; it is asked once',
    async (code) => {
      sandbox.control.fault({ role: 'observe', method: 'ListTimeSeries', code });
      sandbox.control.clearCalls();
      expect(await count(pool, secondsAgo(420))).toEqual({ status: 'failed', reason: expect.stringContaining(code) });
      expect(sandbox.control.calls()).toHaveLength(1);
    },
  );
});

describe('a watch', () => {
  /** Ends at the first look: the window and one more are over. */
  const look = (resource: CloudRunResource, changed: Partial<QuietRequest> = {}, counted = true) => {
    const { logs, ...cloudRun } = clients;
    const lane = tokenBucket('Cloud Logging', 100);
    const { checkQuiet } = logReader({
      logs,
      cloudRun,
      projects,
      evidence: evidenceStore(folder),
      lanes: { first: lane, more: lane, watch: lane },
      scopes: [],
      ...(counted && { countInstances: instanceCounter(metrics) }),
    });
    return new MockActivityEnvironment().run(checkQuiet, {
      resource,
      since: secondsAgo(420),
      quietSeconds: 60,
      ...changed,
    });
  };

  test('is not quiet while instances run, however silent they are', async () => {
    expect(await look(pool)).toMatchObject({ quiet: false, instances: { value: { instances: 3 } } });
  });

  test('looks again for one more window while instances run', async () => {
    await expect(look(pool, { quietSeconds: 300 })).rejects.toMatchObject({
      type: 'watching',
      message: 'pool has 3 instances',
    });
  });

  test('is quiet without lines and without instances', async () => {
    expect(await look(jobOf('ended'))).toMatchObject({ quiet: true, instances: { value: { instances: 0 } } });
  });

  test('that may not count waits for nothing, goes by the logs, and says so', async () => {
    sandbox.control.fault({ role: 'observe', method: 'ListTimeSeries', code: 'PERMISSION_DENIED' });
    expect(await look(pool, { quietSeconds: 300 })).toMatchObject({
      quiet: true,
      instances: { status: 'failed', reason: expect.stringContaining('PERMISSION_DENIED') },
    });
  });

  test('that is not to count asks Cloud Monitoring nothing', async () => {
    sandbox.control.clearCalls();
    expect(await look(pool, {}, false)).not.toHaveProperty('instances');
    expect(sandbox.control.calls().filter(({ method }) => method.includes('monitoring'))).toEqual([]);
  });
});
