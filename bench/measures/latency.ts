import { bareTaskTime } from '../bare/drive.ts';
import { approve, driveCase, watchProposed } from '../drive-cases.ts';
import { eventsOf, proposedAt } from '../run-history.ts';
import { publish, seedCases, type SeededCase } from '../seeded-cases.ts';
import { median, percentile } from '../statistics.ts';
import type { BenchSystem } from '../system.ts';
import { measureChain, type Chain } from './chain.ts';

/** From the publishing of a finding to its proposal, milliseconds. */
export interface Latency {
  readonly alone: { readonly p50: number; readonly runs: number };
  readonly together: { readonly p50: number; readonly p95: number; readonly atOnce: number };
  /** The calls that follow one another, made one by one without anything in between. */
  readonly chain: Chain;
  /** A workflow task from scheduled to completed, of a bare workflow alone. */
  readonly workflowTask: number;
  /** Twice the chain and four workflow tasks. */
  readonly goal: number;
}

const alone = 12;
const atOnce = 50;

/** Publishes findings one by one, then many at once; the proposal's time is that of the event that announces it. */
export async function measureLatency(system: BenchSystem): Promise<Latency> {
  const proposed = watchProposed(system);
  try {
    for (const seeded of await seedCases(system.sandbox, 10)) await driveCase(system, proposed, seeded);
    const single: number[] = [];
    for (const seeded of await seedCases(system.sandbox, alone)) {
      single.push(await timed(system, proposed, seeded));
      await finish(system, seeded);
    }
    const many = await seedCases(system.sandbox, atOnce);
    const together = await Promise.all(many.map((seeded) => timed(system, proposed, seeded)));
    await Promise.all(many.map((seeded) => finish(system, seeded)));
    const chain = await measureChain(system, await seedCases(system.sandbox, alone + 10));
    const workflowTask = await bareTaskTime(system, alone);
    return {
      alone: { p50: median(single), runs: alone },
      together: { p50: median(together), p95: percentile(together, 0.95), atOnce },
      chain,
      workflowTask,
      goal: 2 * chain.total + 4 * workflowTask,
    };
  } finally {
    await proposed.stop();
  }
}

async function timed(
  system: BenchSystem,
  proposed: ReturnType<typeof watchProposed>,
  seeded: SeededCase,
): Promise<number> {
  const listed = proposed.until(seeded.caseId);
  const published = performance.timeOrigin + performance.now();
  await publish(system.sandbox, seeded);
  await listed;
  const at = proposedAt(await eventsOf(system.client, seeded.caseId));
  if (at === undefined)
    throw new Error(`case ${seeded.caseId} is listed as proposed, but its history does not say when`);
  return at - published;
}

/** So that it does not run any more when the next is measured. */
async function finish(system: BenchSystem, { caseId }: SeededCase): Promise<void> {
  await approve(system, caseId);
  await system.client.workflow.getHandle(caseId).result();
}
