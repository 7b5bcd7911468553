import { ApplicationFailure, Context } from '@temporalio/activity';
import { digestOf } from '../model/digest.ts';
import type { ActionRequest } from '../model/action-request.ts';
import { stricterMode } from '../model/plan.ts';
import type { Receipt, SignedReceipt } from '../model/receipt.ts';
import { messageOf } from '../runtime/errors.ts';
import { LedgerError, type Ledger } from '../runtime/ledger.ts';
import { type SigningKey, signJson } from '../runtime/signatures.ts';
import { withoutWriting } from '../runtime/write-barrier.ts';
import { approve, type ApprovalDependencies } from './containment/approval.ts';
import type { Approved } from './containment/approved.ts';
import { carryOut } from './containment/carry-out.ts';
import type { Executors } from './containment/executor.ts';
import { HaltedError } from './containment/halted.ts';
import { type Limits, whyForbidden } from './containment/limits.ts';
import { type Outcome, unchanged } from './containment/outcome.ts';
import { googleFailure, grpcCode, isPassing } from './google-errors.ts';

export interface ContainmentDependencies extends ApprovalDependencies {
  /** What this role can do; an action of another kind is refused. */
  readonly executors: Executors;
  readonly ledger: Ledger;
  readonly receiptKey: SigningKey;
  readonly limits: Limits;
}

/** Cloud Run, changing: the only place that does. Each action is effective once, though attempts and answers get lost. */
export function containmentActivities(dependencies: ContainmentDependencies) {
  const { executors, ledger, limits, receiptKey } = dependencies;

  /**
   * Applies one action: checks the approval and what limits this process, reads live, changes, reads back, signs. Answers a receipt for
   * everything that is decided, also for a refusal; throws what Temporal should retry.
   */
  async function applyAction(request: ActionRequest): Promise<SignedReceipt> {
    const startedAt = new Date().toISOString();
    const mode = stricterMode(limits.mode, request.plan.mode);
    const { workflowExecution } = Context.current().info;
    const approval = await approve(
      request,
      workflowExecution?.workflowId ?? '',
      workflowExecution?.runId ?? '',
      dependencies,
    );
    const planDigest = digestOf(request.plan);
    const about = {
      type: 'firebreak.receipt.v1',
      case: request.plan.case,
      run: request.plan.run,
      plan: planDigest,
      action: request.action,
    } as const;
    const sign = (outcome: Outcome, decisions: readonly string[]): Promise<SignedReceipt> =>
      signJson(
        { ...about, decisions, ...outcome, startedAt, finishedAt: new Date().toISOString() } satisfies Receipt,
        'firebreak.receipt.v1',
        receiptKey,
      );
    if (approval.status === 'refused') return sign(unchanged('refused', mode, approval.reason), []);
    const { decisions } = approval;
    const forbidden = whyForbidden(request.plan, decisions.length, limits);
    if (forbidden !== null) return sign(unchanged('refused', mode, forbidden), decisions);

    const key = `${planDigest}.${request.action}`;
    const done = await ledger.read(`${key}.receipt`);
    if (done !== undefined) return done as SignedReceipt;
    const plan = { case: request.plan.case, digest: planDigest, actions: request.plan.actions };
    const outcome = await act({ ...approval, plan, key, mode }).catch((error: unknown) => whatItMeans(error, mode));
    const receipt = await sign(outcome, decisions);
    // Nothing was begun, and the same approval may be good later.
    if (outcome.result === 'governed' || outcome.result === 'halted') return receipt;
    // Two attempts can race to here; the first receipt stays, and both answer it.
    const kept = await ledger.createIfAbsent(`${key}.receipt`, receipt);
    return kept.content as SignedReceipt;
  }

  async function act(approved: Approved): Promise<Outcome> {
    const { action, mode } = approved;
    const executor = executors[action.kind];
    if (executor === undefined) return unchanged('refused', mode, `this role does not ${action.kind}`);
    const work = (): Promise<Outcome> => carryOut(approved, executor, dependencies);
    return mode === 'dry-run' ? withoutWriting(work) : work();
  }

  return { applyAction };
}

/** What Cloud Run refuses for good ends the action; all else is for Temporal to retry, also a ledger that cannot be read: nothing changes meanwhile. */
function whatItMeans(error: unknown, mode: Outcome['mode']): Outcome {
  if (error instanceof HaltedError) return unchanged('halted', mode, error.message);
  if (grpcCode(error) !== undefined && !isPassing(error))
    return unchanged('failed', mode, messageOf(error).slice(0, 500));
  if (error instanceof ApplicationFailure || error instanceof LedgerError) throw error;
  throw googleFailure('Cloud Run, make the change', error);
}
