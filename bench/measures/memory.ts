import { setTimeout as pause } from 'node:timers/promises';
import { signDecision } from '../../cli/decide/sign-decision.ts';
import type { CaseView } from '../../model/case.ts';
import type { DecisionAnswer, SignedDecision } from '../../model/decision.ts';
import { caseQuery, decideMessage } from '../../model/temporal-names.ts';
import { publish, seedCases } from '../seeded-cases.ts';
import { median, percentile } from '../statistics.ts';
import type { BenchSystem } from '../system.ts';
import type { WorkerMemory } from '../worker-heap.ts';

/** The worker's memory while so many cases wait for a decision, and how quickly one of them answers. */
export interface Waiting {
  readonly cases: number;
  /** After forced collection, all threads, bytes. */
  readonly memory: WorkerMemory;
  /** Reading the proposal of a case that has waited: often replayed first, since it is no longer in the worker's cache. Milliseconds. */
  readonly read: { readonly p50: number; readonly p95: number };
  /** Sending a decision and getting its answer. Milliseconds. */
  readonly decide: { readonly p50: number; readonly p95: number };
}

/** Cases that are answered at each size. */
const answered = 20;
const publishing = 50;

/** Lets more and more cases wait; measures at each of the sizes. */
export async function measureWaiting(
  system: BenchSystem,
  sizes: readonly number[],
  say: (line: string) => void,
): Promise<Waiting[]> {
  const results: Waiting[] = [];
  const waiting: string[] = [];
  for (const cases of sizes) {
    await letWait(system, waiting, cases);
    // What the last ones still do is not what waiting costs.
    await pause(3_000);
    const memory = await memoryOf(system);
    const times = [];
    // The oldest: what has waited longest.
    for (const caseId of waiting.splice(0, answered)) times.push(await answer(system, caseId));
    const share = (values: number[]) => ({ p50: median(values), p95: percentile(values, 0.95) });
    const result = {
      cases,
      memory,
      read: share(times.map(({ read }) => read)),
      decide: share(times.map(({ decide }) => decide)),
    };
    say(
      `${cases} waiting: heap ${(memory.heap / 1e6).toFixed(0)} MB in ${memory.threads} threads, resident ${(memory.resident / 1e6).toFixed(0)} MB, a decision answers in ${result.decide.p50.toFixed(0)} ms`,
    );
    results.push(result);
  }
  return results;
}

async function letWait(system: BenchSystem, waiting: string[], cases: number): Promise<void> {
  while (waiting.length < cases) {
    const seeded = await seedCases(system.sandbox, Math.min(publishing, cases - waiting.length));
    for (const one of seeded) await publish(system.sandbox, one);
    waiting.push(...seeded.map(({ caseId }) => caseId));
    while ((await proposedCount(system)) < waiting.length) await pause(200);
  }
}

async function proposedCount({ client, casesQueue }: BenchSystem): Promise<number> {
  const { count } = await client.workflow.count(
    `TaskQueue = '${casesQueue}' AND CaseState = 'proposed' AND ExecutionStatus = 'Running'`,
  );
  return count;
}

async function memoryOf({ worker }: BenchSystem): Promise<WorkerMemory> {
  const memory = (await worker.ask('memory')) as WorkerMemory | { readonly error: string };
  if ('error' in memory) throw new Error(`the worker cannot tell its memory: ${memory.error}`);
  return memory;
}

/** Dismisses a case; answers how long reading and deciding took, milliseconds. */
async function answer({ client, analyst }: BenchSystem, caseId: string): Promise<{ read: number; decide: number }> {
  const handle = client.workflow.getHandle(caseId);
  const began = performance.now();
  const view = await handle.query<CaseView>(caseQuery);
  const read = performance.now() - began;
  if (view.proposal === null) throw new Error(`case ${caseId} proposes nothing`);
  const { decision, signed } = await signDecision(
    view,
    { proposal: view.proposal, choice: { kind: 'dismiss' } },
    'the bench dismisses',
    analyst,
  );
  const sent = performance.now();
  const { outcome, detail } = await handle.executeUpdate<DecisionAnswer, [SignedDecision]>(decideMessage, {
    args: [signed],
    updateId: decision.id,
  });
  const decide = performance.now() - sent;
  if (outcome !== 'accepted') throw new Error(`case ${caseId} answered ${outcome}: ${detail}`);
  return { read, decide };
}
