import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CloudRunResource } from '../model/finding.ts';
import type { IdentityTraces, LogExport } from '../model/investigation.ts';
import type { TrafficRequest } from '../model/log-requests.ts';
import { freePortBase } from '../local/ports.ts';
import { type EvidenceStore, evidenceStore } from '../runtime/evidence-store.ts';
import { observeClients, projectsClient } from '../runtime/google-clients.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { cloudLoggingActivities, type LogRequest } from './cloud-logging.ts';
import { logReader } from './log-reader.ts';
import { tokenBucket } from './token-bucket.ts';

const place = { project: 'rhea-prod-4421', location: 'europe-west1' } as const;
const seeded = { ...place, projectNumber: '481516234200' };
const account = 'web-run@rhea-prod-4421.iam.gserviceaccount.com';
const job = { kind: 'job', ...place, name: 'nightly' } as const;

let folder: string;
let sandbox: Sandbox;
let evidence: EvidenceStore;
let clients: ReturnType<typeof observeClients>;
let projects: Awaited<ReturnType<typeof projectsClient>>;

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
let entries = 0;

function did(method: string, given: { service?: string; ip?: string; log?: string; who?: string } = {}): void {
  entries += 1;
  sandbox.control.putLogEntries([
    {
      logName: `projects/${place.project}/logs/cloudaudit.googleapis.com%2F${given.log ?? 'activity'}`,
      resource: { type: 'audited_resource', labels: { project_id: place.project } },
      timestamp: Date.now() - 30_000,
      severity: 'NOTICE',
      insertId: `audit-${entries}`,
      labels: {},
      protoPayload: {
        serviceName: given.service ?? 'run.googleapis.com',
        methodName: method,
        resourceName: 'projects/rhea-prod-4421/things/x',
        authenticationInfo: { principalEmail: given.who ?? account },
        requestMetadata: { callerIp: given.ip ?? 'private' },
      },
    },
  ]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-logs-'));
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  const endpoint = { host: '127.0.0.1', port: sandbox.basePort };
  clients = observeClients(endpoint);
  projects = await projectsClient(endpoint);
  evidence = evidenceStore(folder);
  const compromised = { beaconText: 'beacon 203.0.113.66:4444 ok' };
  sandbox.control.seedJob({
    ...seeded,
    name: 'nightly',
    createTime: secondsAgo(90_000),
    image: 'registry/nightly',
    serviceAccount: account,
    compromised,
    executions: [secondsAgo(80_000), secondsAgo(60)],
    runsSeconds: 600,
  });
  for (const [name, manual] of [
    ['queue', 2],
    ['stopped', 0],
  ] as const) {
    sandbox.control.seedWorkerPool({
      ...seeded,
      name,
      scaling: { mode: 'MANUAL', manual },
      revisions: [
        {
          name: `${name}-00001-aaa`,
          createTime: secondsAgo(900),
          image: 'registry/queue',
          serviceAccount: name === 'queue' ? account : '',
          compromised,
        },
      ],
    });
  }
});
afterAll(async () => {
  await Promise.all([...Object.values(clients), projects].map((client) => client.close()));
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

function activities({
  first = 100,
  more = 100,
  scopes = [],
}: { first?: number; more?: number; scopes?: readonly string[] } = {}) {
  const { logs, ...cloudRun } = clients;
  const lane = (perMinute: number) => tokenBucket('Cloud Logging', perMinute);
  const lanes = { first: lane(first), more: lane(more), watch: lane(100) };
  return cloudLoggingActivities(logReader({ logs, cloudRun, projects, evidence, lanes, scopes }));
}

const run = <T>(activity: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(activity);

function traces(since = secondsAgo(120)): Promise<IdentityTraces> {
  const request = { resource: { ...job, name: 'other' }, account, since };
  return run(() => activities().investigateIdentity(request));
}

describe('a stolen identity', () => {
  test('without any data-access entry of anybody it is said that none was seen; the account’s silence is no finding', async () => {
    const found = await traces();
    expect(found).toMatchObject({ account, entries: 0, complete: true, addresses: [], keysMade: { count: 0 } });
    expect(found.dataAccess).toEqual({ status: 'answered', value: 'none-seen' });
  });

  test('what the account did since the first sign is sorted, and where from; others and earlier times do not count', async () => {
    did('google.iam.admin.v1.CreateServiceAccountKey', { service: 'iam.googleapis.com', ip: '198.51.100.77' });
    did('google.cloud.run.v2.Services.UpdateService', { ip: '198.51.100.77' });
    did('google.cloud.run.v2.Services.SetIamPolicy');
    did('google.logging.v2.LoggingServiceV2.DeleteLog', { service: 'logging.googleapis.com', ip: 'gce-internal-ip' });
    did('google.cloud.run.v2.Services.UpdateService', { who: 'mira@example.com', ip: '203.0.113.9' });
    const found = await traces();
    expect(found).toMatchObject({
      entries: 4,
      keysMade: { count: 1, newest: [{ callerIp: '198.51.100.77' }] },
      deployments: { count: 1 },
      policiesSet: { count: 1 },
      logsTouched: { count: 1 },
      secretsRead: { count: 0 },
      addresses: [{ ip: '198.51.100.77', calls: 2 }],
    });
    const kept = (await evidence.get(found.evidence.sha256)).toString().trim().split('\n');
    expect(kept).toHaveLength(4);
    expect((await traces(secondsAgo(10))).entries).toBe(0);
  });

  test('with other log scopes the project’s own audit logs are read too, and what is in both counts once', async () => {
    const view = `projects/${place.project}/locations/global/buckets/_Default/views/_AllLogs`;
    const request = { resource: job, account, since: secondsAgo(120) };
    sandbox.control.clearCalls();
    const found = await run(() => activities({ scopes: [view] }).investigateIdentity(request));
    expect(found).toMatchObject({ entries: 4, keysMade: { count: 1 } });
    const asked = sandbox.control.calls().find(({ method }) => method.endsWith('ListLogEntries'));
    expect(asked?.request).toMatchObject({ resourceNames: [`projects/${place.project}`, view] });
  });

  test('secrets read are in the data-access logs, which are then known to be on', async () => {
    did('google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion', {
      service: 'secretmanager.googleapis.com',
      log: 'data_access',
    });
    expect(await traces()).toMatchObject({
      secretsRead: { count: 1 },
      dataAccess: { status: 'answered', value: 'on' },
    });
  });

  test('other jobs and worker pools that run as it are named, and the resource itself is not', async () => {
    expect((await traces()).sameAccount).toEqual({
      count: 2,
      names: ['jobs/nightly', 'workerPools/queue'],
      unknown: [],
    });
    const request = { resource: job, account, since: secondsAgo(120) };
    expect((await run(() => activities().investigateIdentity(request))).sameAccount.names).toEqual([
      'workerPools/queue',
    ]);
  });

  test('the default account is also that of everything without an account of its own', async () => {
    const request = {
      resource: job,
      account: '481516234200-compute@developer.gserviceaccount.com',
      since: secondsAgo(9),
    };
    const { sameAccount } = await run(() => activities().investigateIdentity(request));
    expect(sameAccount.names).toEqual(['workerPools/stopped']);
  });

  test('what may not be listed is named', async () => {
    sandbox.control.fault({ role: 'observe', method: 'ListJobs', code: 'PERMISSION_DENIED' });
    try {
      const { sameAccount } = await traces();
      expect(sameAccount.names).toEqual(['workerPools/queue']);
      expect(sameAccount.unknown).toEqual([expect.stringContaining('jobs: 7 PERMISSION_DENIED')]);
    } finally {
      sandbox.control.clearFaults();
    }
  });

  test('whether it may delete logs comes with its traces, or why that is not known', async () => {
    const reason = 'it has no role on the project';
    expect((await traces()).mayDeleteLogs).toMatchObject({
      value: { may: false, reason: expect.stringContaining(reason) },
    });
    const request = { resource: { ...job, project: 'nowhere' }, account, since: secondsAgo(9) };
    sandbox.control.putLogEntries([
      {
        logName: 'projects/nowhere/logs/x',
        resource: { type: 'global', labels: {} },
        timestamp: Date.now(),
        severity: 'DEFAULT',
        insertId: 'nowhere',
        labels: {},
      },
    ]);
    const { mayDeleteLogs, entries: read } = await run(() => activities().investigateIdentity(request));
    expect(read).toBe(0);
    expect(mayDeleteLogs).toEqual({ status: 'failed', reason: expect.stringContaining('7 PERMISSION_DENIED') });
  });

  test('an account that is no address never reaches a filter', async () => {
    const request = { resource: job, account: 'x" OR severity>="DEFAULT', since: secondsAgo(9) };
    await expect(run(() => activities().investigateIdentity(request))).rejects.toThrow('must not reach a filter');
  });

  test('comes with the logs, and is pending where the quota has nothing left for it: the logs are saved all the same', async () => {
    const request = {
      resource: job,
      from: secondsAgo(120),
      account: { resource: job, account, since: secondsAgo(120) },
    };
    const both = await run(() => activities().pullContainerLogs(request));
    expect(both.identity).toMatchObject({ status: 'answered', value: { account } });
    const poor = activities({ more: 1 });
    const first = await run(() => poor.pullContainerLogs(request));
    expect(first.identity.status).toBe('answered');
    const second = await run(() => poor.pullContainerLogs(request));
    expect(second.identity).toMatchObject({ status: 'pending', reason: expect.stringContaining('quota') });
    expect(second.logs.entries).toBeGreaterThan(10);
  });
});

describe('jobs and worker pools', () => {
  test('the log export says which execution wrote', async () => {
    const { logs } = await run(() => activities().pullContainerLogs({ resource: job, from: secondsAgo(600) }));
    expect(logs.revisions).toHaveLength(1);
    expect(logs.revisions[0]!.name).toMatch(/^nightly-/);
    expect(logs.excerpt.map(({ text }) => text)).toContain('beacon 203.0.113.66:4444 ok');
  });

  test('what is done to a resource is no sign of its life: a refused run of a schedule', async () => {
    const resource = { kind: 'job', ...place, name: 'stopped' } as const;
    sandbox.control.putLogEntries([
      {
        logName: `projects/${place.project}/logs/cloudaudit.googleapis.com%2Factivity`,
        resource: { type: 'cloud_run_job', labels: { job_name: 'stopped', location: place.location } },
        timestamp: Date.now() - 500,
        severity: 'ERROR',
        insertId: 'refused-run',
        labels: {},
        protoPayload: {
          serviceName: 'run.googleapis.com',
          methodName: 'google.cloud.run.v2.Jobs.RunJob',
          resourceName: `projects/${place.project}/locations/${place.location}/jobs/stopped`,
          authenticationInfo: { principalEmail: 'scheduler@rhea-prod-4421.iam.gserviceaccount.com' },
        },
      },
    ]);
    const request = { resource, since: secondsAgo(30), quietSeconds: 2 };
    expect(await run(() => activities().checkQuiet(request))).toMatchObject({ quiet: true });
  });

  test.each([
    ['a job with an execution that runs', job, undefined, false],
    ['an execution that runs', job, 'running', false],
    ['an execution that has long ended', job, 'ended', true],
    ['a worker pool with instances', { kind: 'workerPool', ...place, name: 'queue' }, undefined, false],
    ['one revision of it', { kind: 'workerPool', ...place, name: 'queue' }, 'queue-00001-aaa', false],
    ['a worker pool without instances', { kind: 'workerPool', ...place, name: 'stopped' }, undefined, true],
  ] as const)('%s: is it quiet?', async (_, resource, part, quiet) => {
    const executions = await clients.executions.listExecutions({
      parent: `projects/${place.project}/locations/${place.location}/jobs/nightly`,
    });
    const execution = executions[0].find(
      ({ completionTime }) => ((completionTime ?? null) !== null) === (part === 'ended'),
    );
    const revision = part === 'ended' || part === 'running' ? execution!.name!.split('/').at(-1)! : part;
    const request = {
      resource,
      ...(revision !== undefined && { revision }),
      since: secondsAgo(30),
      quietSeconds: 2,
    };
    expect((await run(() => activities().checkQuiet(request))).quiet).toBe(quiet);
  });
});

describe('what Google writes about a service', () => {
  const [ended, asked, alive] = ['ended', 'asked', 'alive'].map(
    (name) => ({ kind: 'service', ...place, name }) as const,
  );
  const write = (
    name: string,
    log: string,
    ago: number,
    { text, instance }: { text?: string; instance?: string } = {},
  ): void => {
    entries += 1;
    sandbox.control.putLogEntries([
      {
        logName: `projects/${place.project}/logs/run.googleapis.com%2F${log}`,
        resource: {
          type: 'cloud_run_revision',
          labels: { service_name: name, location: place.location, revision_name: `${name}-1` },
        },
        timestamp: Date.now() - ago * 1_000,
        severity: 'INFO',
        insertId: `line-${entries}`,
        labels: instance === undefined ? {} : { instanceId: instance },
        ...(text === undefined
          ? { httpRequest: { requestMethod: 'GET', requestUrl: 'https://shop.example/', status: 503 } }
          : { textPayload: text }),
      },
    ]);
  };
  const quiet = (resource: CloudRunResource, revision: string) =>
    run(() => activities().checkQuiet({ resource, revision, since: secondsAgo(60), quietSeconds: 10 }));

  test('requests that are refused while nothing runs, and the end of its instances, are no signs of its life', async () => {
    for (let ago = 0; ago < 50; ago += 1) write('ended', 'requests', ago);
    write('ended', 'stdout', 45, { text: 'last words', instance: 'i1' });
    write('ended', 'varlog%2Fsystem', 5, { text: 'Container terminated on signal 9.', instance: 'i1' });
    const life = await quiet(ended!, 'ended-1');
    expect(life).toMatchObject({ quiet: true, lastAt: expect.any(String) });
    expect(Date.parse(life.lastAt!)).toBeLessThan(Date.now() - 40_000);
    const { logs } = await run(() => activities().pullContainerLogs({ resource: ended!, from: secondsAgo(600) }));
    expect(logs.revisions).toEqual([{ name: 'ended-1', entries: 1, lastAt: life.lastAt }]);
    expect(logs.excerpt.map(({ text }) => text)).toEqual(['Container terminated on signal 9.', 'last words']);
  });

  test('an instance that starts, or serves, is one', async () => {
    write('asked', 'varlog%2Fsystem', 5, { text: 'Starting new instance. Reason: AUTOSCALING', instance: 'i1' });
    expect(await quiet(asked!, 'asked-1')).toMatchObject({ quiet: false });
  });

  test('however many requests are refused, a line of a container is not missed for them', async () => {
    write('alive', 'stdout', 8, { text: 'beacon', instance: 'i1' });
    for (let line = 0; line < 1_100; line += 1) write('alive', 'requests', 1);
    expect(await quiet(alive!, 'alive-1')).toMatchObject({ quiet: false });
  });
});

test('a window that begins in the future is impossible, and never silent', async () => {
  const later = secondsAgo(-7_200);
  const given = activities();
  sandbox.control.clearCalls();
  await expect(run(() => given.pullContainerLogs({ resource: job, from: later }))).rejects.toMatchObject({
    nonRetryable: true,
    message: expect.stringContaining(`there cannot be any log lines from ${later} on: by this machine’s clock it is`),
  });
  const identity = { resource: job, account, since: later };
  await expect(run(() => given.investigateIdentity(identity))).rejects.toThrow('there cannot be any audit-log entries');
  expect(sandbox.control.calls({ method: 'ListLogEntries' })).toEqual([]);
});

test('what may not be in force yet is not judged: with patience, a resource that lives on is looked at again', async () => {
  const resource = { kind: 'workerPool', ...place, name: 'queue' } as const;
  const request = { resource, since: secondsAgo(300), quietSeconds: 2 };
  expect(await run(() => activities().checkQuiet(request))).toMatchObject({ quiet: false });
  await expect(run(() => activities().checkQuiet({ ...request, patienceSeconds: 600 }))).rejects.toThrow(
    'queue wrote at',
  );
  const over = { ...request, since: secondsAgo(700), patienceSeconds: 600 };
  expect(await run(() => activities().checkQuiet(over))).toMatchObject({ quiet: false });
});

test('cases that want the same lines at the same time share one export; who comes later, or wants others, has one of his own', async () => {
  const given = activities();
  const calls = () => sandbox.control.calls({ method: 'ListLogEntries' }).length;
  const from = secondsAgo(7_200);
  const pull = (request: LogRequest) => run(() => given.pullContainerLogs(request));
  sandbox.control.clearCalls();
  const together = await Promise.all(Array.from({ length: 5 }, () => pull({ resource: job, from })));
  expect(calls()).toBe(1);
  for (const one of together) expect(one).toEqual(together[0]);
  await pull({ resource: job, from });
  expect(calls()).toBe(2);
  await Promise.all([pull({ resource: job, from }), pull({ resource: job, from: secondsAgo(7_201) })]);
  expect(calls()).toBe(4);
});

test('an export that fails, or has to wait for the quota, does so for all who share it, and is nobody’s afterwards', async () => {
  const given = activities({ first: 1 });
  const pull = () => run(() => given.pullContainerLogs({ resource: job, from: secondsAgo(7_200) }));
  const outcomes = async () => (await Promise.allSettled([pull(), pull()])).map(({ status }) => status);
  sandbox.control.fault({ method: 'ListLogEntries', code: 'UNAVAILABLE' });
  expect(await outcomes()).toEqual(['rejected', 'rejected']);
  expect(await outcomes()).toEqual(['rejected', 'rejected']);
  await expect(pull()).rejects.toThrow(/quota of 1 a minute/);
  const fresh = activities();
  sandbox.control.fault({ method: 'ListLogEntries', code: 'UNAVAILABLE' });
  const again = () => run(() => fresh.pullContainerLogs({ resource: job, from: secondsAgo(7_200) }));
  await expect(again()).rejects.toThrow(/read the container/);
  expect((await again()).logs.complete).toBe(true);
});

describe('past traffic', () => {
  const days = (count: number): string => secondsAgo(count * 86_400);
  const [old, idle, bad] = ['shop-00001-old', 'shop-00002-idle', 'shop-00003-bad'] as const;
  const service = { kind: 'service', ...place, name: 'shop' } as const;
  const pool = { kind: 'workerPool', ...place, name: 'shop' } as const;
  const revisions = [
    { name: old, createTime: days(6), image: 'registry/shop:1' },
    { name: idle, createTime: days(5), image: 'registry/shop:2', served: false },
    { name: bad, createTime: days(4), image: 'registry/shop:3', compromised: { beaconText: 'x', everySeconds: 60 } },
  ];
  const asking = (resource: CloudRunResource, before: string, names: readonly string[]): TrafficRequest => {
    const wellBefore = new Date(Date.parse(before) - 86_400_000).toISOString();
    return { resource, revisions: names, before, wellBefore, days: 2 };
  };
  const ask = (resource: CloudRunResource, change: { before?: string; names?: readonly string[] } = {}) => ({
    resource,
    from: secondsAgo(3_600),
    traffic: asking(resource, change.before ?? secondsAgo(30), change.names ?? [idle, old]),
  });
  const names = ({ carriedTraffic }: LogExport) =>
    carriedTraffic.status === 'answered' ? carriedTraffic.value.map(({ revision }) => revision) : carriedTraffic;
  const pull = async (request: LogRequest, given = activities()) =>
    (await run(() => given.pullContainerLogs(request))).logs;
  const logCalls = () => sandbox.control.calls({ method: 'ListLogEntries' }).length;

  beforeAll(() => {
    sandbox.control.seedService({ ...seeded, name: 'shop', revisions });
    const compromised = { beaconText: 'work done', everySeconds: 60 };
    const all = revisions.map((revision) => ({ ...revision, compromised }));
    sandbox.control.seedWorkerPool({ ...seeded, name: 'shop', revisions: all });
  });

  test('of a service is what Google’s request log has requests to: a revision that only wrote lines of its own is not among them', async () => {
    const line = (revision: string, at: number) => ({
      logName: `projects/${place.project}/logs/run.googleapis.com%2Fstdout`,
      resource: {
        type: 'cloud_run_revision',
        labels: { service_name: 'shop', location: place.location, revision_name: revision },
      },
      timestamp: at,
      severity: 'DEFAULT' as const,
      insertId: `${revision}-${at}`,
      labels: {},
      textPayload: 'started',
    });
    const minutesAgo = Array.from({ length: 30 }, (_, index) => Date.now() - (index + 90) * 60_000);
    sandbox.control.putLogEntries(minutesAgo.flatMap((at) => [line(idle, at), line(old, at)]));
    const logs = await pull(ask(service));
    expect(logs.carriedTraffic).toEqual({
      status: 'answered',
      value: [{ revision: old, days: 2, firstAt: expect.any(String), lastAt: expect.any(String) }],
    });
    expect(names(await pull(ask(service, { names: [idle] })))).toEqual([]);
  });

  test('costs one call, for something earlier, where the saved lines show that it is there', async () => {
    sandbox.control.clearCalls();
    const shown = await pull(ask(service, { names: [bad, old] }));
    expect(names(shown)).toEqual([bad]);
    expect(logCalls()).toBe(2);
  });

  test('is asked for once by cases that want the same at the same time', async () => {
    sandbox.control.clearCalls();
    const [request, shared] = [ask(service, { names: [bad] }), activities()];
    const both = await Promise.all([pull(request, shared), pull(request, shared)]);
    expect(both.map(names)).toEqual([[bad], [bad]]);
    expect(logCalls()).toBe(2);
  });

  test('does not count from the first sign on, nor beyond 30 days', async () => {
    expect(names(await pull(ask(service, { before: days(7) })))).toEqual([]);
    expect(names(await pull(ask(service, { names: [bad], before: days(5) })))).toEqual([]);
    const late = new Date(Date.now() + 25 * 86_400_000).toISOString();
    expect(names(await pull(ask(service, { before: late })))).toEqual([old]);
    const later = new Date(Date.now() + 27 * 86_400_000).toISOString();
    expect(names(await pull(ask(service, { before: later })))).toEqual([]);
  });

  test('of a worker pool, which has no requests, is what wrote anything; what was done to it is no sign that it ran', async () => {
    sandbox.control.putLogEntries([
      {
        logName: `projects/${place.project}/logs/cloudaudit.googleapis.com%2Factivity`,
        resource: {
          type: 'cloud_run_worker_pool',
          labels: { worker_pool_name: 'shop', location: place.location, revision_name: idle },
        },
        timestamp: Date.now() - 90_000,
        severity: 'NOTICE',
        insertId: 'deployed-idle',
        labels: {},
      },
    ]);
    expect(names(await pull(ask(pool)))).toEqual([old]);
  });

  test('is not known, and never none, where the quota has nothing left or Google does not answer; it is found when asked again', async () => {
    const poor = activities({ first: 3 });
    expect(names(await pull(ask(service, { names: [bad] }), poor))).toEqual([bad]);
    const second = await pull(ask(service, { names: [bad] }), poor);
    expect(second.carriedTraffic).toMatchObject({ status: 'pending', reason: expect.stringContaining('quota') });
    expect(second.entries).toBeGreaterThan(10);
    expect(await run(() => activities().findCarriedTraffic(ask(service).traffic))).toMatchObject([{ revision: old }]);
    expect((await pull({ resource: service, from: days(1) })).carriedTraffic.status).toBe('pending');
  });

  describe('is looked for until it is enough:', () => {
    const sign = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
    const hoursBefore = (hours: number): number => sign - hours * 3_600_000;
    /** So many requests a second apart, up to a time; `receivedAt` where they were taken in later than they say, `by` which instance. */
    const requests = (
      name: string,
      revision: string,
      last: number,
      count: number,
      { receivedAt, by }: { receivedAt?: number; by?: string | undefined } = { by: 'i1' },
    ): void =>
      sandbox.control.putLogEntries(
        Array.from({ length: count }, (_, index) => ({
          logName: `projects/${place.project}/logs/run.googleapis.com%2Frequests`,
          resource: {
            type: 'cloud_run_revision',
            labels: { service_name: name, location: place.location, revision_name: revision },
          },
          timestamp: last - index * 1_000,
          ...(receivedAt !== undefined && { receivedAt }),
          severity: 'INFO' as const,
          insertId: `${revision}-${last}-${index}`,
          labels: by === undefined ? {} : { instanceId: by },
        })),
      );
    const look = async (name: string, revisions_: readonly string[]) => {
      sandbox.control.clearCalls();
      const request = asking({ kind: 'service', ...place, name }, new Date(sign).toISOString(), revisions_);
      return { found: await run(() => activities().findCarriedTraffic(request)), calls: logCalls() };
    };

    test('of a quiet service one call tells, of a busy one a call a day', async () => {
      for (const hours of [30, 54, 78]) requests('quiet', 'quiet-1', hoursBefore(hours), 1);
      expect(await look('quiet', ['quiet-1'])).toEqual({
        found: [
          {
            revision: 'quiet-1',
            days: 3,
            firstAt: new Date(hoursBefore(78)).toISOString(),
            lastAt: new Date(hoursBefore(30)).toISOString(),
          },
        ],
        calls: 1,
      });
      for (const hours of [30, 54, 78]) requests('busy', 'busy-1', hoursBefore(hours), 50);
      expect(await look('busy', ['busy-1'])).toMatchObject({ found: [{ revision: 'busy-1', days: 2 }], calls: 2 });
    });

    test('requests that Google refused, for which no instance was there, prove nothing of the revision', async () => {
      for (const hours of [30, 54, 78]) requests('refused', 'refused-1', hoursBefore(hours), 5, { by: undefined });
      expect(await look('refused', ['refused-1'])).toEqual({ found: [], calls: 1 });
    });

    test('another day may also be between the limit and the first sign, however many requests came on one of them', async () => {
      requests('young', 'young-1', hoursBefore(26), 50);
      requests('young', 'young-1', hoursBefore(3), 50);
      const lastAt = new Date(hoursBefore(3)).toISOString();
      expect(await look('young', ['young-1'])).toMatchObject({ found: [{ days: 2, lastAt }], calls: 2 });
    });

    test('a flood just before the first sign is no traffic well before it, and costs one call', async () => {
      requests('planted', 'planted-1', hoursBefore(0.5), 500);
      expect(await look('planted', ['planted-1'])).toEqual({ found: [], calls: 1 });
    });

    test('a revision that was busy on one day does not hide an older one that served for days', async () => {
      requests('hidden', 'hidden-2', hoursBefore(26), 500);
      requests('hidden', 'hidden-2', hoursBefore(26) + 60_000, 500);
      for (const hours of [28, 52]) requests('hidden', 'hidden-1', hoursBefore(hours), 5);
      const { found, calls } = await look('hidden', ['hidden-2', 'hidden-1']);
      expect(found).toMatchObject([
        { revision: 'hidden-2', days: 1 },
        { revision: 'hidden-1', days: 2 },
      ]);
      expect(calls).toBe(2);
    });

    test('lines that say an earlier time than they were taken in at count from then on', async () => {
      for (const hours of [30, 54])
        requests('forged', 'forged-1', hoursBefore(hours), 5, { receivedAt: hoursBefore(-1), by: 'i1' });
      expect(await look('forged', ['forged-1'])).toEqual({ found: [], calls: 1 });
    });
  });
});
