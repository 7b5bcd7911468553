import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { eventsOf, workflowTasks } from '../run-history.ts';
import { median } from '../statistics.ts';
import type { BenchSystem } from '../system.ts';
import { bare, decide } from './workflow.ts';

/** As long as the case's driver waits on average for its list: the workflow waits, with its timer, when the update arrives. Milliseconds. */
const beforeUpdate = 250;

/** Brings one bare workflow to its end: start, update, result. Answers its id. */
export async function driveBare({ client, bareQueue }: BenchSystem): Promise<string> {
  const workflowId = `bare-${randomUUID()}`;
  const handle = await client.workflow.start(bare, { workflowId, taskQueue: bareQueue });
  await pause(beforeUpdate);
  await handle.executeUpdate(decide, { args: ['go'], updateId: randomUUID() });
  await handle.result();
  return workflowId;
}

/** The median time of a workflow task, from scheduled to completed, of bare workflows one after the other; milliseconds. */
export async function bareTaskTime(system: BenchSystem, runs: number): Promise<number> {
  const durations: number[] = [];
  for (let run = 0; run < runs + 3; run += 1) {
    const workflowId = await driveBare(system);
    // The first ones warm up.
    if (run >= 3) durations.push(...workflowTasks(await eventsOf(system.client, workflowId)));
  }
  return median(durations);
}
