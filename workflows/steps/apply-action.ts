import { ActivityFailure, sleep, TimeoutFailure } from '@temporalio/workflow';
import { digestOf } from '../../model/digest.ts';
import type { SignedDecision } from '../../model/decision.ts';
import type { Seals } from '../../model/observation.ts';
import { type Action, actionRoles, type Plan } from '../../model/plan.ts';
import { parsed } from '../../model/parse.ts';
import { type Receipt, receiptSchema, type SignedReceipt, signedReceiptSchema } from '../../model/receipt.ts';
import { containment } from '../activities.ts';
import { notTakenUp } from '../containment/why-stopped.ts';
import { type CaseFile, moveTo, note } from '../case-file.ts';
import { isSignedBy, readJson } from '../signatures.ts';
import { reasonOf } from './reading.ts';

/** What is to be carried out, and who signed it. */
export interface Order {
  readonly plan: Plan;
  readonly signed: readonly SignedDecision[];
  /** When the last of them signed, milliseconds since the epoch. */
  readonly signedAt: number;
}

/** What came of an action; without a receipt, why there is none. */
export type Applied = Receipt | typeof notTakenUp | { readonly result: 'no-receipt'; readonly detail: string };

/**
 * Has one action applied, and keeps its receipt. Where the governor says "later", it waits by a timer and asks again, as long as the approval
 * lasts until then; else that is the answer.
 */
export async function apply(file: CaseFile, order: Order, action: Action): Promise<Applied> {
  for (;;) {
    const applied = await applyOnce(file, order, action);
    if (applied.result !== 'governed' || applied.retryAt === undefined) return applied;
    const retryAt = Date.parse(applied.retryAt);
    if (retryAt > lastsUntil(file, order, action)) return applied;
    moveTo(file, file.state, `waits: ${applied.detail}`);
    // By the receipt's own times: the workflow's clock may be behind them.
    const wait = Math.max(1_000, retryAt - Date.parse(applied.finishedAt));
    await sleep(wait, { summary: 'Too many changes in this hour' });
    moveTo(file, file.state, `tries again: ${action.title}`);
  }
}

/** Until when respond takes the approval for good, milliseconds since the epoch: what waits for quiet has that time besides. */
function lastsUntil({ input }: CaseFile, { plan, signedAt }: Order, { when }: Action): number {
  const quiet = when === 'at-once' ? 0 : plan.watch.quietSeconds * 2;
  return signedAt + (input.times.approvalFreshness + quiet) * 1000;
}

async function applyOnce(file: CaseFile, { plan, signed: decisions }: Order, action: Action): Promise<Applied> {
  const { approvalFreshness } = file.input.times;
  let answer;
  try {
    answer = await containment(action.title, actionRoles[action.kind], approvalFreshness).applyAction({
      plan,
      decisions,
      action: action.id,
      seals: restsOn(file, plan, action),
    });
  } catch (error) {
    const late =
      error instanceof ActivityFailure &&
      error.cause instanceof TimeoutFailure &&
      error.cause.timeoutType === 'SCHEDULE_TO_START';
    return late ? notTakenUp : { result: 'no-receipt', detail: reasonOf(error) };
  }
  let read;
  try {
    read = readReceipt(answer, file.responderKeys);
  } catch (error) {
    return { result: 'no-receipt', detail: reasonOf(error) };
  }
  if (read === null || read.receipt.plan !== digestOf(plan) || read.receipt.action !== action.id) {
    return { result: 'no-receipt', detail: 'the answer was not a receipt signed by a respond worker on the roster' };
  }
  const { receipt } = read;
  file.receipts.push(receipt);
  file.signedReceipts.push(read.signed);
  if (!file.carriedOut.includes(plan)) file.carriedOut.push(plan);
  if (receipt.result === 'changed') {
    file.baseline ??= receipt.before;
    file.actionsChanged.add(action);
  }
  note(file, `${action.title}: ${receipt.result}${receipt.detail === '' ? '' : ` (${receipt.detail})`}`);
  return receipt;
}

/** What respond looks at besides its own: the finding and past traffic when it judges the plan, the quiet where an action waits for it. */
function restsOn({ seals: { finding, traffic, quiet } }: CaseFile, plan: Plan, action: Action): Seals {
  if (plan.actions[0] === action)
    return { ...(finding !== undefined && { finding }), ...(traffic !== undefined && { traffic }) };
  return action.when === 'after-quiet' && quiet !== undefined ? { quiet } : {};
}

/**
 * The receipt that a respond worker on the roster signed, or null: anybody who can poll the queue can answer, so an unsigned answer is none.
 * Throws MalformedError.
 */
function readReceipt(
  answer: unknown,
  responders: Readonly<Record<string, string>>,
): { readonly signed: SignedReceipt; readonly receipt: Receipt } | null {
  const signed = parsed(signedReceiptSchema, answer, 'answer');
  if (!isSignedBy(signed, 'firebreak.receipt.v1', responders)) return null;
  return { signed, receipt: parsed(receiptSchema, readJson(signed.payload), 'receipt') };
}
