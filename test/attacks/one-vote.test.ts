import { afterAll, beforeAll, expect, test } from 'vitest';
import { taskQueues } from '../../runtime/task-queues.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { type ForeignWorker, foreignWorker } from './support/foreign-worker.ts';
import { forgeries } from './support/forgeries.ts';
import { type Approved, approvedCase, type Request, resigned, takenBack } from './support/genuine.ts';

let system: System;
let ana: Analyst;
let somebody: ForeignWorker;
let given: Approved[];
let other: Approved;
let genuine: Approved;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUARANTINE_ACCOUNT: 'quarantine@rhea-prod-4421.iam.gserviceaccount.com' });
  system.startIntake();
  system.startWorker(['observe', 'virustotal']);
  const cases = system.startWorker(['cases']);
  ana = await system.addAnalyst('ana');
  const approved = (kind?: string) => approvedCase(system, ana, kind);
  [genuine, other, ...given] = await Promise.all([
    approved(),
    approved(),
    ...forgeries.map(([, , kind]) => approved(kind)),
  ]);
  await cases.stop();
  somebody = foreignWorker(system.client, taskQueues(system.configuration.taskQueuePrefix).cases);
  // What is asked genuinely is taken back first, so that it is not what changes something.
  const all = [genuine, other, ...given];
  await Promise.all(all.map(({ instead, ...run }) => somebody.order(run, [instead])));
  await Promise.all(all.map((run) => takenBack(system.client, run)));
  system.startWorker(['respond']);
});
afterAll(async () => {
  await somebody.stop();
  await system.close();
});

/** The run of the case asks respond for this; answers what became of it. */
const ask = (run: Approved, argument: Request) =>
  somebody.schedule(run, {
    activity: 'applyAction',
    on: taskQueues(system.configuration.taskQueuePrefix).respond,
    argument,
  });

test.each(forgeries)('with one genuine vote, %s changes nothing', async (what, forgery) => {
  const run = given[forgeries.findIndex(([named]) => named === what)]!;
  const { plan, decision, action = run.request.action } = forgery(run, other);
  await ask(run, { ...(await resigned(run.request, plan, ana, decision)), action });
  expect(changesIn(system.sandbox, run.scenario.service)).toEqual([]);
  expect(changesIn(system.sandbox, other.scenario.service)).toEqual([]);
});

test('what the others show is not for want of a way in: the request as the case made it is carried out', async () => {
  await ask(genuine, genuine.request);
  expect(changesIn(system.sandbox, genuine.scenario.service)).toHaveLength(1);
});
