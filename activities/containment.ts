import { ApplicationFailure, Context } from '@temporalio/activity';
import { actionRequestSchema, type ActionRequest } from '../model/action-request.ts';
import { digestOf } from '../model/digest.ts';
import { MalformedError, parsed } from '../model/parse.ts';
import { type ActionKind, stricterMode } from '../model/plan.ts';
import type { Receipt, SignedReceipt } from '../model/receipt.ts';
import { HaltedError, LedgerError, messageOf, TrustError } from '../runtime/errors.ts';
import type { Ledger } from '../runtime/ledger.ts';
import { type SigningKey, signJson } from '../runtime/signatures.ts';
import { signedLedger } from '../runtime/signed-ledger.ts';
import type { trustDocument } from '../runtime/trust.ts';
import { verifyReceipt } from '../runtime/verify-receipt.ts';
import { withoutWriting } from '../runtime/write-barrier.ts';
import { approve, type ApprovalTerms } from './containment/approval.ts';
import type { Approved } from './containment/approved.ts';
import { whyNotItsTurn } from './containment/before-action.ts';
import { callsOf, type MadeCall, mayHaveChanged } from './containment/calls.ts';
import { carryOut } from './containment/carry-out.ts';
import type { NotDerived, PlanJudge } from './containment/derive.ts';
import type { Executor, Executors } from './containment/executor.ts';
import { type Limits, whyForbidden } from './containment/limits.ts';
import { isRemembered, keptReceipt, receiptKeyOf, rememberPlan } from './containment/memory.ts';
import { type Outcome, unchanged } from './containment/outcome.ts';
import { googleFailure, grpcCode, isPassing } from './google-errors.ts';

export interface ContainmentDependencies extends ApprovalTerms {
  readonly trust: ReturnType<typeof trustDocument>;
  /** Says of a plan whether this role would have made it. */
  readonly judge: PlanJudge;
  /** What this role can do; an action of another kind is refused. */
  readonly executors: Executors;
  readonly ledger: Ledger;
  readonly receiptKey: SigningKey;
  readonly limits: Limits;
}

/** Cloud Run, changing: the only place that does. Each action is effective once, though attempts and answers get lost. */
export function containmentActivities(dependencies: ContainmentDependencies) {
  const { executors, judge, limits, receiptKey, trust } = dependencies;
  const ledger = signedLedger(dependencies.ledger, receiptKey, trust);
  const kinds = Object.keys(executors) as ActionKind[];

  /**
   * Applies one action: parses the request, checks the approval and what limits this process, sees that it would have built the plan itself, reads
   * live, changes, reads back, signs. Answers a receipt for everything that is decided, also for a refusal; throws what Temporal should retry.
   */
  async function applyAction(given: ActionRequest): Promise<SignedReceipt> {
    const startedAt = new Date().toISOString();
    const request = requestOf(given);
    const { plan, seals } = request;
    const mode = stricterMode(limits.mode, plan.mode);
    const digest = digestOf(plan);
    const about = { type: 'firebreak.receipt.v1', case: plan.case, run: plan.run, plan: digest } as const;
    const sign = (outcome: Outcome, decisions: readonly string[]): Promise<SignedReceipt> =>
      signJson(
        {
          ...about,
          action: request.action,
          decisions,
          ...outcome,
          startedAt,
          finishedAt: new Date().toISOString(),
        } satisfies Receipt,
        'firebreak.receipt.v1',
        receiptKey,
      );
    const { workflowId = '', runId = '' } = Context.current().info.workflowExecution ?? {};
    const roster = await rosterNow();
    const approval = await approve({ ...request, workflowId, runId }, roster, dependencies);
    if (approval.status === 'refused') return sign(unchanged('refused', mode, approval.reason), []);
    const { action, decisions } = approval;
    const forbidden = whyForbidden(plan, limits);
    if (forbidden !== null) return sign(unchanged('refused', mode, forbidden), decisions);
    const executor = executors[action.kind];
    if (executor === undefined) return sign(unchanged('refused', mode, `this role does not ${action.kind}`), decisions);

    const key = `${digest}.${action.id}`;
    const done = await keptReceipt(ledger, roster, plan, action, digest);
    if (done !== undefined) return done.signed;
    const calls = await callsOf(ledger, key);
    const early = await whyNotItsTurn({ plan, action, seals, mode }, ledger, roster);
    if (early !== null) return sign(unchanged('refused', mode, early), decisions);
    // What is begun was judged when it was begun, and looks otherwise since.
    if (!calls.some(mayHaveChanged) && plan.actions[0]?.id === action.id) {
      const other = await judge({ plan, seals }, { ledger, roster, kinds }).catch(cannotRead);
      if (other !== null) return sign(unchanged(other.result, mode, other.detail, other.found), decisions);
      await rememberPlan(ledger, plan);
    } else if (!(await isRemembered(ledger, plan)))
      return sign(unchanged('refused', mode, 'no respond role has judged this plan at its first action'), decisions);
    const outcome = await act(
      {
        ...approval,
        plan: { case: plan.case, run: plan.run, kind: plan.kind, digest, actions: plan.actions },
        key,
        mode,
      },
      calls,
      executor,
    );
    const receipt = await sign(outcome, decisions);
    // Nothing was begun, and the same approval may be good later.
    if (outcome.result === 'governed' || outcome.result === 'halted') return receipt;
    // Two attempts can race to here; the first receipt stays, and both answer it.
    const kept = await ledger.objects.createIfAbsent(receiptKeyOf(digest, action.id), receipt);
    // What is there may be planted: it is tried again until its own can be kept.
    if (!kept.created) await verifyReceipt(kept.content, roster, { ...about, action: action.id, kind: action.kind });
    return kept.content;
  }

  async function act(approved: Approved, calls: readonly MadeCall[], executor: Executor): Promise<Outcome> {
    const { mode } = approved;
    const work = (): Promise<Outcome> => carryOut(approved, calls, executor, { ...dependencies, ledger });
    try {
      return await (mode === 'dry-run' ? withoutWriting(work) : work());
    } catch (error) {
      return whatItMeans(error, mode);
    }
  }

  /** A roster that cannot be read refuses nothing: the action is tried again when it can be. */
  async function rosterNow() {
    try {
      return await trust.read();
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      throw ApplicationFailure.create({ message: error.message, type: 'TrustError', cause: error });
    }
  }

  return { applyAction };
}

/** What this role may not read for good, it cannot judge: nothing was changed, and no retry tells more. */
function cannotRead(error: unknown): NotDerived {
  if (!(error instanceof ApplicationFailure) || error.nonRetryable !== true) throw error;
  return { result: 'failed', detail: `respond cannot judge the plan: ${error.message}` };
}

/** The request in its form. What is not of it is nobody's plan: no retry makes it one. */
function requestOf(given: unknown): ActionRequest {
  try {
    return parsed(actionRequestSchema, given, 'request to apply an action');
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, 'MalformedError');
  }
}

/** What Cloud Run refuses for good ends the action; all else is for Temporal to retry, also a ledger that cannot be read: nothing changes meanwhile. */
function whatItMeans(error: unknown, mode: Outcome['mode']): Outcome {
  if (error instanceof HaltedError) return unchanged('halted', mode, error.message);
  if (grpcCode(error) !== undefined && !isPassing(error))
    return unchanged('failed', mode, messageOf(error).slice(0, 500));
  if (error instanceof ApplicationFailure || error instanceof LedgerError) throw error;
  throw googleFailure('Cloud Run, make the change', error);
}
