import { JobsClient, WorkerPoolsClient } from '@google-cloud/run';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { googleEndpoint } from '../runtime/google-clients.ts';
import { portOffset } from '../sandbox/kernel/service.ts';
import { type Row, row } from './support/detector-fixtures.ts';
import { notify } from './support/detector-fixtures-notification.ts';
import { collections, place, seed, type Seeded } from './support/detector-fixtures-resource.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let owner: { readonly jobs: JobsClient; readonly workerPools: WorkerPoolsClient };
beforeAll(async () => {
  system = await startSystem(
    {
      FIREBREAK_QUIET_WINDOW_SECONDS: '0',
      FIREBREAK_WATCH_SECONDS: '600',
      FIREBREAK_WATCH_EVERY_SECONDS: '1',
    },
    'off',
    { aborted: 'never' },
  );
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  const endpoint = {
    ...googleEndpoint({ host: '127.0.0.1', port: system.sandbox.basePort }, 'observe', 'run'),
    port: system.sandbox.basePort + portOffset.publisher,
  };
  owner = { jobs: new JobsClient(endpoint), workerPools: new WorkerPoolsClient(endpoint) };
});
afterAll(async () => {
  await Promise.all(Object.values(owner).map((client) => client.close()));
  await system.close();
});

interface Contained extends Seeded {
  readonly view: CaseView;
  /** The resource's full name. */
  readonly fullName: string;
}

let count = 200;
async function contained(kind: Row['kind'], plan: string): Promise<Contained> {
  count += 1;
  const one = { ...row('CLOUD_RUN_REVERSE_SHELL', kind), number: count };
  const seeded = await seed(system.sandbox, one);
  const { caseId, notification } = notify(one, seeded, system.sandbox.control.now());
  system.sandbox.control.publish(notification);
  await system.approve(await system.until(caseId, ['proposed']), ana, plan);
  const view = await system.until(caseId, ['contained', 'failed']);
  expect(view.state).toBe('contained');
  await system.client.workflow.getHandle(caseId).result();
  const fullName = `projects/${place.project}/locations/${place.location}/${collections[kind]}/${seeded.name}`;
  return { ...seeded, view, fullName };
}

/** The watch opens the case again, and the new run offers plans for what runs. */
async function opensAgain({ view: { id, run }, retire }: Contained, seen: RegExp): Promise<void> {
  const view = await system.until(id, ['proposed', 'withdrawn'], (now) => now.run !== run);
  retire();
  expect(view.timeline[0]?.text).toMatch(seen);
  expect(view.state).toBe('proposed');
  expect(view.proposal?.plans.length).toBeGreaterThan(0);
}

test('a stopped job that somebody runs again opens its case again', async () => {
  const job = await contained('job', 'stop-job');
  await owner.jobs.runJob({ name: job.fullName });
  await opensAgain(job, /Seen after containment: it runs again: nightly-\d+-\w+$/);
});

test('a stopped job that is deployed again opens its case again, before anything of it runs', async () => {
  const job = await contained('job', 'stop-job');
  const [found] = await owner.jobs.getJob({ name: job.fullName });
  found.template!.template!.containers![0]!.image = 'report:next';
  const [operation] = await owner.jobs.updateJob({ job: found });
  await operation.promise();
  await opensAgain(job, /Seen after containment: a new deployment: generation 2 of /);
});

test('a stopped worker pool that somebody scales up again opens its case again', async () => {
  const pool = await contained('workerPool', 'stop-worker-pool');
  const [operation] = await owner.workerPools.updateWorkerPool({
    workerPool: { name: pool.fullName, scaling: { manualInstanceCount: 2 } },
    updateMask: { paths: ['scaling'] },
  });
  await operation.promise();
  await opensAgain(pool, /Seen after containment: the change was reverted: scaling is manual, 2 instances/);
});
