import { setTimeout as pause } from 'node:timers/promises';
import { signDecision } from '../cli/decide/sign-decision.ts';
import type { CaseResult, CaseView } from '../model/case.ts';
import type { DecisionAnswer, SignedDecision } from '../model/decision.ts';
import { caseQuery, decideMessage } from '../model/temporal-names.ts';
import { publish, type SeededCase } from './seeded-cases.ts';
import type { BenchSystem } from './system.ts';

/** How often the list of proposed cases is read, milliseconds: one call for all, as a page with a list would. */
const listInterval = 500;

/** Tells which cases are proposed. */
export interface ProposedCases {
  /** Resolves when the list shows the case as proposed. */
  until(caseId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Watches Temporal's list of this system's proposed cases until stopped. */
export function watchProposed({ client, casesQueue }: BenchSystem): ProposedCases {
  const waiting = new Map<string, () => void>();
  const stopped = new AbortController();
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      await pause(listInterval);
      if (waiting.size === 0) continue;
      const query = `TaskQueue = '${casesQueue}' AND CaseState = 'proposed' AND ExecutionStatus = 'Running'`;
      for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 })) {
        waiting.get(workflowId)?.();
        waiting.delete(workflowId);
      }
    }
  })();
  return {
    until: (caseId) => new Promise((resolve) => waiting.set(caseId, resolve)),
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

/** Publishes a finding and brings its case to its end: reads the proposal, signs for the recommended plan, sends the decision as an update. */
export async function driveCase(system: BenchSystem, proposed: ProposedCases, seeded: SeededCase): Promise<void> {
  const listed = proposed.until(seeded.caseId);
  await publish(system.sandbox, seeded);
  await listed;
  await approve(system, seeded.caseId);
  const { state, reason } = await (system.client.workflow.getHandle(seeded.caseId).result() as Promise<CaseResult>);
  if (state !== 'contained') throw new Error(`case ${seeded.caseId} ended as ${state}: ${reason}`);
}

/** Approves the recommended plan of a proposed case. Throws where the answer is not `accepted`. */
export async function approve({ client, analyst }: BenchSystem, caseId: string): Promise<void> {
  const handle = client.workflow.getHandle(caseId);
  const view = await handle.query<CaseView>(caseQuery);
  const { proposal } = view;
  const recommended = proposal?.plans.find((plan) => plan.recommended);
  if (proposal === null || recommended === undefined)
    throw new Error(`case ${caseId} recommends no plan: ${view.state} ${view.reason}`);
  const { decision, signed } = await signDecision(
    view,
    { proposal, choice: { kind: 'plan', plan: recommended.digest } },
    'the bench approves',
    analyst,
  );
  const answer = await handle.executeUpdate<DecisionAnswer, [SignedDecision]>(decideMessage, {
    args: [signed],
    updateId: decision.id,
  });
  if (answer.outcome !== 'accepted') throw new Error(`case ${caseId} answered ${answer.outcome}: ${answer.detail}`);
}
