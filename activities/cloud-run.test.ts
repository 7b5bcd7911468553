import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import { type EvidenceStore, evidenceStore } from '../runtime/evidence-store.ts';
import { observeClients, schedulerClient } from '../runtime/google-clients.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { cloudRunActivities } from './cloud-run.ts';
import { scheduleLister } from './job-schedules.ts';
import { workerPoolFields } from './settings/worker-pool-fields.ts';

const place = { project: 'rhea-prod-4421', location: 'europe-west1' } as const;
const seeded = { ...place, projectNumber: '481516234200' };
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

let folder: string;
let sandbox: Sandbox;
let evidence: EvidenceStore;
let clients: ReturnType<typeof observeClients>;
let scheduler: Awaited<ReturnType<typeof schedulerClient>>;

const minutesAgo = (minutes: number): string => new Date(sandbox.control.now() - minutes * 60_000).toISOString();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-settings-'));
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  clients = observeClients({ host: '127.0.0.1', port: sandbox.basePort });
  scheduler = await schedulerClient({ host: '127.0.0.1', port: sandbox.basePort });
  evidence = evidenceStore(folder);
  const revision = (name: string, letter: string, age: number) => ({
    name,
    createTime: minutesAgo(age),
    image: `registry/queue@${digest(letter)}`,
    creator: 'mira@example.com',
    serviceAccount: 'queue-run@rhea-prod-4421.iam.gserviceaccount.com',
    env: { API_TOKEN: 'a-value-to-lose' },
    secrets: [{ env: 'LEDGER', secret: 'ledger-password', version: '3' }],
  });
  sandbox.control.seedWorkerPool({
    ...seeded,
    name: 'queue',
    scaling: { mode: 'MANUAL', manual: 3 },
    traffic: [{ percent: 60 }, { revision: 'queue-00001-aaa', percent: 40 }],
    invokers: ['user:mira@example.com'],
    revisions: [revision('queue-00001-aaa', 'a', 900), revision('queue-00002-bbb', 'b', 20)],
  });
  sandbox.control.seedJob({
    ...seeded,
    name: 'nightly',
    createTime: minutesAgo(5_000),
    image: 'registry/nightly:latest',
    env: { API_TOKEN: 'a-value-to-lose' },
    secrets: [{ env: 'LEDGER', secret: 'ledger-password', version: '3' }],
    invokers: ['allUsers'],
    runsSeconds: 3_600,
    executions: [...Array.from({ length: 30 }, (_, index) => minutesAgo(3_000 - index)), minutesAgo(20)],
  });
  sandbox.control.seedSchedule({
    ...place,
    name: 'every-night',
    schedule: '0 2 * * *',
    uri: `https://run.googleapis.com/v2/projects/${place.project}/locations/${place.location}/jobs/nightly:run`,
  });
});
afterAll(async () => {
  await Promise.all([scheduler, ...Object.values(clients)].map((client) => client.close()));
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

function read(kind: 'service' | 'job' | 'workerPool', name: string, at = minutesAgo(0), images: string[] = []) {
  const { readSettings } = cloudRunActivities({ ...clients, evidence, schedulesOf: scheduleLister(scheduler) });
  return readSettings({ kind, ...place, name, firstSign: { at, images } });
}

const flagsOf = (settings: Awaited<ReturnType<typeof read>>): string[] =>
  settings!.flags.flatMap((flag) => ('id' in flag ? flag.id : []));

test('a worker pool: its instances, how they are split, its revisions with their shares, its secrets by name', async () => {
  const settings = await read('workerPool', 'queue');
  expect(settings).toMatchObject({
    kind: 'workerPool',
    name: 'queue',
    uri: '',
    publicInvoker: 'no',
    serviceAccount: 'queue-run@rhea-prod-4421.iam.gserviceaccount.com',
    latestReadyRevision: 'queue-00002-bbb',
    executions: [],
    secretNames: ['ledger-password'],
    fields: {
      exists: true,
      scaling: { mode: 'manual', manual: 3 },
      splits: [
        { type: 'latest', percent: 60 },
        { type: 'revision', revision: 'queue-00001-aaa', percent: 40 },
      ],
      template: {
        revision: 'queue-00002-bbb',
        serviceAccount: 'queue-run@rhea-prod-4421.iam.gserviceaccount.com',
      },
      invokers: ['user:mira@example.com'],
    },
  });
  expect(settings!.fields.traffic).toBeUndefined();
  expect(settings!.revisions.map(({ name, percent, imageDigest }) => [name, percent, imageDigest])).toEqual([
    ['queue-00002-bbb', 60, digest('b')],
    ['queue-00001-aaa', 40, digest('a')],
  ]);
  expect(flagsOf(settings)).toContain('deployed-before-first-sign');
});

test('of 240 revisions, most of them with a tag, those that serve or that the finding names are there however old they are', async () => {
  const name = (number: number) => `previews-${String(number).padStart(5, '0')}-abc`;
  const revisions = Array.from({ length: 240 }, (_, index) => ({
    name: name(index + 1),
    createTime: minutesAgo(10_000 - index),
    image: `registry/previews:${index}`,
  }));
  const tagged = revisions
    .slice(2)
    .map((revision, index) => ({ revision: revision.name, percent: 0, tag: `pr-${index}` }));
  sandbox.control.seedService({
    ...seeded,
    name: 'previews',
    revisions,
    traffic: [{ revision: name(1), percent: 100 }, ...tagged],
  });
  const firstSign = { at: minutesAgo(0), images: [], revision: name(2) };
  const { readSettings } = cloudRunActivities({ ...clients, evidence });
  const settings = await readSettings({ kind: 'service', ...place, name: 'previews', firstSign });
  expect(settings!.revisions).toHaveLength(42);
  expect(settings!.revisions.slice(0, 40).map((revision) => revision.name)).toEqual(
    Array.from({ length: 40 }, (_, index) => name(240 - index)),
  );
  expect(settings!.revisions.slice(40)).toMatchObject([
    { name: name(2), percent: 0, tags: [] },
    { name: name(1), percent: 100 },
  ]);
  expect(JSON.stringify(settings).length).toBeLessThan(65_536);
});

test('of a worker pool’s count that is absent nothing is said', async () => {
  const revisions = [{ name: 'idle-00001-aaa', createTime: minutesAgo(900), image: 'registry/idle' }];
  sandbox.control.setReality({ 'pool-zero': 'zero' });
  sandbox.control.seedWorkerPool({ ...seeded, name: 'idle', scaling: { mode: 'MANUAL', manual: 0 }, revisions });
  expect((await read('workerPool', 'idle'))!.fields.scaling).toEqual({ mode: 'manual', manual: 0 });
  sandbox.control.setReality({ 'pool-zero': 'absent' });
  expect((await read('workerPool', 'idle'))!.fields.scaling).toEqual({ mode: 'manual' });
  expect(workerPoolFields({ scaling: {} }).scaling).toEqual({ mode: 'manual' });
});

test('a job: who may run it, what runs now, which schedules run it, and that more may', async () => {
  const settings = await read('job', 'nightly');
  expect(settings).toMatchObject({
    kind: 'job',
    publicInvoker: 'yes',
    revisions: [],
    latestReadyRevision: '',
    secretNames: ['ledger-password'],
    fields: { exists: true, invokers: ['allUsers'] },
  });
  const running = settings!.executions.filter((execution) => execution.running).map(({ name }) => name);
  expect(running).toHaveLength(1);
  expect(settings!.fields.running).toEqual(running);
  expect(settings!.schedules).toMatchObject({ status: 'answered', value: { found: [{ name: 'every-night' }] } });
  expect(settings!.executions).toHaveLength(20);
  expect(settings!.executions[0]!.running).toBe(true);
  expect(settings!.threatDetectionEnabled).toBeUndefined();
  const flags = flagsOf(settings);
  expect(flags).toEqual(
    expect.arrayContaining(['anyone-may-run', 'scheduled', 'starters-not-listed', 'default-account', 'movable-image']),
  );
  expect(flags).not.toContain('threat-detection-not-on');
});

test.each(['job', 'workerPool'] as const)('values of variables of a %s are neither answered nor kept', async (kind) => {
  const settings = await read(kind, kind === 'job' ? 'nightly' : 'queue');
  const kept = (await evidence.get(settings!.evidence.sha256)).toString();
  expect(kept).toContain('API_TOKEN');
  expect(kept).toContain('ledger-password');
  expect(JSON.stringify(settings) + kept).not.toContain('a-value-to-lose');
});

test('an image that the finding names and nothing is set to is said; one that an older revision has is not', async () => {
  const strange = 'image-not-set';
  expect(flagsOf(await read('workerPool', 'queue', minutesAgo(0), [digest('c')]))).toContain(strange);
  expect(flagsOf(await read('workerPool', 'queue', minutesAgo(0), [digest('a')]))).not.toContain(strange);
});

test('a policy that may not be read leaves who may run it unknown, and fails nothing', async () => {
  sandbox.control.fault({ role: 'observe', method: 'Jobs/GetIamPolicy', code: 'PERMISSION_DENIED' });
  try {
    const settings = await read('job', 'nightly');
    expect(settings!.publicInvoker).toBe('unknown');
    expect(settings!.fields.invokers).toBeUndefined();
  } finally {
    sandbox.control.clearFaults();
  }
});

test('schedules that may not be listed are not known, and fail nothing', async () => {
  sandbox.control.fault({ role: 'observe', method: 'Locations/ListLocations', code: 'PERMISSION_DENIED' });
  try {
    const settings = await read('job', 'nightly');
    expect(settings!.schedules).toEqual({ status: 'failed', reason: expect.stringContaining('PERMISSION_DENIED') });
    expect(settings!.fields.invokers).toEqual(['allUsers']);
    expect(settings!.flags).toContainEqual({
      id: 'starters-unknown',
      reason: expect.stringContaining('PERMISSION_DENIED'),
    });
  } finally {
    sandbox.control.clearFaults();
  }
});

test('a location whose schedules could not be read is shown with why', async () => {
  sandbox.control.fault({ role: 'observe', method: 'CloudScheduler/ListJobs', code: 'UNAVAILABLE', count: 1 });
  try {
    expect((await read('job', 'nightly'))!.flags).toContainEqual({
      id: 'schedules-not-read',
      reason: expect.stringContaining('UNAVAILABLE'),
    });
  } finally {
    sandbox.control.clearFaults();
  }
});

test.each(['service', 'workerPool'] as const)('reading a %s asks nothing of Cloud Scheduler', async (kind) => {
  const revisions = [{ name: 'page-00001-aaa', createTime: minutesAgo(900), image: 'registry/page' }];
  sandbox.control.seedService({ ...seeded, name: 'page', revisions });
  sandbox.control.clearCalls();
  const settings = await read(kind, kind === 'service' ? 'page' : 'queue');
  expect(settings!.schedules).toBeUndefined();
  expect(sandbox.control.calls({ method: 'Locations/ListLocations' })).toEqual([]);
});

test.each(['service', 'job', 'workerPool'] as const)('a %s that is gone is null', async (kind) => {
  expect(await read(kind, 'no-such-thing')).toBeNull();
});

test('a policy with more invokers than a plan can name offers none to change, and says so', async () => {
  const invokers = Array.from({ length: 300 }, (_, index) => `user:somebody-${index}@example.com`);
  sandbox.control.seedService({
    ...seeded,
    name: 'crowded',
    invokers: [...invokers, 'allUsers'],
    revisions: [{ name: 'crowded-00001-aaa', createTime: minutesAgo(90), image: 'web:1' }],
  });
  const settings = await read('service', 'crowded');
  expect(settings).toMatchObject({ publicInvoker: 'yes' });
  expect(settings?.fields.invokers).toBe(undefined);
  expect(flagsOf(settings)).toContain('too-many-invokers');
});
