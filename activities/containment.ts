import { ApplicationFailure, Context } from '@temporalio/activity';
import { digestOf } from '../model/digest.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { Action, Plan } from '../model/plan.ts';
import { targetName } from '../model/rails.ts';
import type { Receipt, SignedReceipt } from '../model/receipt.ts';
import { differences, type Fields } from '../model/fields.ts';
import { messageOf } from '../runtime/errors.ts';
import { LedgerError, type Ledger } from '../runtime/ledger.ts';
import { type SigningKey, signJson } from '../runtime/signatures.ts';
import { approve, type Approval, type ApprovalDependencies } from './containment/approval.ts';
import { makeChange } from './containment/change.ts';
import type { Executor, Executors, Live } from './containment/executor.ts';
import { later } from './later.ts';
import { googleFailure, grpcCode, isPassing } from './google-errors.ts';

export interface ContainmentDependencies extends ApprovalDependencies {
  /** What this role can do; an action of another kind is refused. */
  readonly executors: Executors;
  readonly ledger: Ledger;
  readonly receiptKey: SigningKey;
}

/** One action of an approved plan. The action is taken from the plan's text, whose digest the decisions sign; `action` only names it. */
export interface ActionRequest {
  readonly plan: Plan;
  readonly decisions: readonly SignedDecision[];
  readonly action: string;
}

type Outcome = Pick<Receipt, 'result' | 'detail' | 'before' | 'after' | 'operation'>;

/** Cloud Run, changing: the only place that does. Each action is effective once, though attempts and answers get lost. */
export function containmentActivities(dependencies: ContainmentDependencies) {
  const { executors, ledger, receiptKey } = dependencies;

  /**
   * Applies one action: checks the approval, reads live, changes, reads back, signs. Answers a receipt for everything that is decided, also
   * for a refusal; throws what Temporal should retry.
   */
  async function applyAction(request: ActionRequest): Promise<SignedReceipt> {
    const startedAt = new Date().toISOString();
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
    if (approval.status === 'refused') return sign(nothing('refused', approval.reason), []);

    const key = `${planDigest}.${request.action}`;
    const done = await ledger.read(`${key}.receipt`);
    if (done !== undefined) return done as SignedReceipt;
    const outcome = await carryOut(approval, key, planDigest, request.plan.case).catch(asFailed);
    const receipt = await sign(outcome, approval.decisions);
    // Two attempts can race to here; the first receipt stays, and both answer it.
    const kept = await ledger.createIfAbsent(`${key}.receipt`, receipt);
    return kept.content as SignedReceipt;
  }

  async function carryOut(
    { action, decisions }: Approval,
    key: string,
    plan: string,
    caseId: string,
  ): Promise<Outcome> {
    const executor = executors[action.kind];
    if (executor === undefined) return nothing('refused', `this role does not ${action.kind}`);
    const live = await executor.read(action.target);
    if (live.fields.exists === false && action.change.exists !== false)
      return nothing('failed', `${targetName(action.target)} is gone`);
    const entry = await ledger.read(key);
    const missing = differences(action.change, live.fields);
    const held = isEntry(entry) ? entry : undefined;
    // An earlier attempt's change is still under way: what it comes to is not known yet.
    if (held !== undefined && !live.settled) throw stillWorking();
    if (missing.length === 0) {
      if (held === undefined)
        return {
          result: 'already-so',
          detail: 'it was so before',
          before: live.fields,
          after: live.fields,
          operation: '',
        };
      return {
        result: 'changed',
        detail: 'the answer to the change was lost; found as wanted',
        before: held.before,
        after: live.fields,
        operation: '',
      };
    }
    const drift = differences(action.precondition, live.fields);
    if (drift.length > 0 && missing.length > 0)
      return {
        ...nothing('refused', `it changed since: ${drift.join('; ')}`),
        before: live.fields,
        after: live.fields,
      };
    const taken = await ledger.createIfAbsent(key, {
      plan,
      action: action.id,
      decisions,
      before: live.fields,
      takenAt: new Date().toISOString(),
    });
    const before = isEntry(taken.content) ? taken.content.before : live.fields;
    return finish(executor, action, decisions, live, before, caseId);
  }

  async function finish(
    executor: Executor,
    action: Action,
    decisions: readonly string[],
    live: Live,
    before: Fields,
    caseId: string,
  ): Promise<Outcome> {
    const reason = `firebreak case ${caseId} decision ${decisions.join(' ')}`;
    const { status, detail, fields, operation } = await makeChange(executor, action, live, reason);
    return { result: status === 'done' ? 'changed' : 'failed', detail, before, after: fields, operation };
  }

  return { applyAction };
}

/** What Cloud Run refuses for good ends the action; all else is for Temporal to retry, also a ledger that cannot be read: nothing changes meanwhile. */
function asFailed(error: unknown): Outcome {
  if (grpcCode(error) !== undefined && !isPassing(error)) return nothing('failed', messageOf(error).slice(0, 500));
  if (error instanceof ApplicationFailure || error instanceof LedgerError) throw error;
  throw googleFailure('Cloud Run, make the change', error);
}

function stillWorking(): ApplicationFailure {
  return later('working', 'Cloud Run still works on the change', 1_000);
}

function nothing(result: 'refused' | 'failed', detail: string): Outcome {
  return { result, detail, before: {}, after: {}, operation: '' };
}

function isEntry(value: unknown): value is { readonly before: Fields } {
  return typeof value === 'object' && value !== null && 'before' in value;
}
