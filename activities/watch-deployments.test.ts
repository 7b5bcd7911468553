import { JobsClient, type protos } from '@google-cloud/run';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResourceSettings } from '../model/cloud-run.ts';
import { type Fields, pick } from '../model/fields.ts';
import type { Target } from '../model/plan.ts';
import { targetName } from '../model/rails.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { closeClients, observeClients } from '../runtime/google-clients.ts';
import { type Bench, startBench } from '../test/support/executor-bench.ts';
import { closingParts } from '../test/support/closing-parts.ts';
import { seedScenario } from '../test/support/scenario.ts';
import { cloudRunActivities } from './cloud-run.ts';
import { securityCommandCenterActivities } from './security-command-center.ts';
import { tokenBucket } from './token-bucket.ts';
import { watchActivities, whatIsSeen } from './watch.ts';

type Container = protos.google.cloud.run.v2.IContainer;

const place = { project: 'rhea-prod-4421', location: 'europe-west1' } as const;
const job: Target = { kind: 'job', name: 'nightly', ...place };
const pool: Target = { kind: 'workerPool', name: 'queue', ...place };
const created = '2026-11-01T00:00:00Z';

let folder: string;
let closing: Awaited<ReturnType<typeof closingParts>>;
let bench: Bench;
let clients: ReturnType<typeof observeClients>;
let owner: JobsClient;
beforeAll(async () => {
  bench = await startBench();
  folder = await mkdtemp(join(tmpdir(), 'firebreak-watch-'));
  closing = await closingParts(folder);
  clients = observeClients({ host: '127.0.0.1', port: bench.sandbox.basePort });
  owner = new JobsClient(bench.ownersEndpoint);
  seedJob();
  const revision = (name: string) => ({ name, createTime: created, image: 'queue:1' });
  bench.sandbox.control.seedWorkerPool({
    ...place,
    projectNumber: '481516234200',
    name: pool.name,
    operationMilliseconds: 0,
    scaling: { mode: 'MANUAL', manual: 3 },
    traffic: [{ percent: 100 }],
    revisions: [revision('queue-00001-abc'), revision('queue-00002-def')],
  });
});
afterAll(async () => {
  await owner.close();
  await closeClients(clients);
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

function seedJob(): void {
  bench.sandbox.control.seedJob({
    ...place,
    projectNumber: '481516234200',
    name: job.name,
    createTime: created,
    image: 'report:1',
    env: { MODE: 'invented' },
    invokers: ['allUsers'],
    graceSeconds: 0,
    operationMilliseconds: 0,
  });
}

const cloudRun = () => cloudRunActivities({ ...clients, evidence: evidenceStore(folder) });
const read = async (target: Target): Promise<ResourceSettings> => (await cloudRun().readSettings(target))!;

/** What the watch says of the resource as it is now, that had this template when it was left. */
const seen = (left: ResourceSettings, now: ResourceSettings) =>
  whatIsSeen({ left: pick(left.fields, ['template']), related: { from: created } as never }, now);

const changed = async (kind: Parameters<Bench['approved']>[0]['kind'], target: Target, change: Fields) =>
  expect((await bench.apply(await bench.approved({ kind, target, change }))).result).toBe('changed');

test('an execution of a job and what respond changes of it are no deployment', async () => {
  const left = await read(job);
  // Its operation lasts until the execution has ended.
  await owner.runJob({ name: targetName(job) });
  await changed('cancel-executions', job, { running: [] });
  await changed('set-invokers', job, { invokers: [] });
  const now = await read(job);
  expect(now.executions).toHaveLength(1);
  expect(seen(left, now)).toBe(undefined);
});

test.each<[string, (container: Container) => Container]>([
  ['another image', (container) => ({ ...container, image: 'report:2' })],
  ['another value of a variable', (container) => ({ ...container, env: [{ name: 'MODE', value: 'other' }] })],
])('a job that is given %s is a new deployment', async (_what, changedContainer) => {
  const left = await read(job);
  const [found] = await owner.getJob({ name: targetName(job) });
  const task = found.template!.template!;
  const template = { ...found.template, template: { ...task, containers: task.containers!.map(changedContainer) } };
  const [operation] = await owner.updateJob({ job: { ...found, template } });
  await operation.promise();
  expect(seen(left, await read(job))).toMatch(/^a new deployment: generation \d+ of \S+ running as \d+-compute@/);
});

test('a job that was deleted and made anew under the same name is a new deployment', async () => {
  seedJob();
  const left = await read(job);
  seedJob();
  expect(seen(left, await read(job))).toMatch(/^a new deployment: generation 1 of /);
});

/** The watch, on the sandbox. */
function watching() {
  return watchActivities({
    ...cloudRun(),
    ...securityCommandCenterActivities({
      findings: clients.findings,
      evidence: evidenceStore(folder),
      ...closing,
      parents: ['organizations/271828182845'],
      bucket: tokenBucket('SCC', 1_000),
    }),
  });
}

test('a finding nearby that cannot be read ends no watch, and the watch says so', async () => {
  seedJob();
  const left = pick((await read(job)).fields, ['template']);
  const { notification, findingName: name } = seedScenario(bench.sandbox);
  bench.sandbox.control.putFinding({ ...notification, finding: { ...notification.finding, category: '' } });
  const { kind: _kind, ...named } = job;
  const related = {
    name,
    canonicalName: String(notification.finding['canonicalName']),
    caseId: 'another',
    resource: { kind: 'job' as const, ...named },
    projects: [place.project],
    images: [],
    addresses: [],
    from: created,
    to: '2099-01-01T00:00:00Z',
  };
  await expect(
    watching().lookAfter({ left, target: job, until: related.to, everySeconds: 60, related } as never),
  ).rejects.toThrow(/^nothing seen yet; findings of this place: 1 of them cannot be read: .*category/);
});

test('a job that is gone is no alarm and ends no watch before its time: made anew, it is seen', async () => {
  seedJob();
  const left = { ...pick((await read(job)).fields, ['template']), exists: false };
  await changed('delete', job, { exists: false });
  const look = (until: string) =>
    watching().lookAfter({ left, target: job, until, everySeconds: 60, related: { from: created } } as never);
  await expect(look('2099-01-01T00:00:00Z')).rejects.toThrow('nothing seen yet');
  expect(await look(created)).toBeNull();
  seedJob();
  expect(await look('2099-01-01T00:00:00Z')).toMatch(/^a new deployment: generation 1 of /);
});

test('what respond changes of a worker pool is no deployment; a revision that its owner adds is', async () => {
  const left = await read(pool);
  await changed('update-worker-pool', pool, {
    splits: [{ type: 'revision', revision: 'queue-00001-abc', percent: 100 }],
  });
  await changed('update-worker-pool', pool, { scaling: { mode: 'manual', manual: 0 } });
  expect(seen(left, await read(pool))).toBe(undefined);
  await bench.control('/cloud-run/deploy', {
    service: pool.name,
    revision: { name: 'queue-00003-own', image: 'queue:2' },
  });
  expect(seen(left, await read(pool))).toMatch(/^a new deployment: queue-00003-own/);
});
