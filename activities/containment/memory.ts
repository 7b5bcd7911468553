import { undoneBy } from '../../model/case-id.ts';
import { digestOf, sha256Hex } from '../../model/digest.ts';
import { type Action, type Plan, planSchema } from '../../model/plan.ts';
import type { Receipt, SignedReceipt } from '../../model/receipt.ts';
import type { Roster } from '../../model/roster.ts';
import { closed, identifier } from '../../model/schema.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import { verifyReceipt } from '../../runtime/verify-receipt.ts';

/** What respond remembers of one case, its ways back among them: the plans that it has begun, in order, and the receipts of their actions. */
export interface CaseMemory {
  readonly plans: readonly Plan[];
  /** In the order in which they were made. */
  readonly receipts: readonly Receipt[];
}

/** The receipt of an action, as a key of the ledger. */
export function receiptKeyOf(planDigest: string, action: string): string {
  return `${planDigest}.${action}.receipt`;
}

const begunSchema = closed({ case: identifier, run: identifier, plan: planSchema });

/** A case and its ways back are remembered together. */
function keyOf(caseId: string, number: number): string {
  return `plan.${sha256Hex(contained(caseId)).slice(0, 40)}.${number}`;
}

/** The case that a way back is of; of any other case itself. */
export function contained(caseId: string): string {
  return undoneBy(caseId)?.case ?? caseId;
}

/** Remembers that a plan is begun; once, however often it is said. Throws LedgerError. */
export async function rememberPlan(ledger: SignedLedger, plan: Plan): Promise<void> {
  const digest = digestOf(plan);
  const begun = { case: plan.case, run: plan.run, plan };
  for (let number = 1; ; number += 1) {
    const kept = await ledger.createIfAbsent(keyOf(plan.case, number), begun, begunSchema);
    if (kept.created || digestOf(kept.content.plan) === digest) return;
  }
}

/** Whether a plan was begun. Throws LedgerError. */
export async function isRemembered(ledger: SignedLedger, plan: Plan): Promise<boolean> {
  const digest = digestOf(plan);
  for (let number = 1; ; number += 1) {
    const begun = await ledger.read(keyOf(plan.case, number), begunSchema);
    if (begun === undefined) return false;
    if (digestOf(begun.plan) === digest) return true;
  }
}

/** All that is remembered of a case. Throws LedgerError where an entry is not what respond wrote. */
export async function recall(ledger: SignedLedger, roster: Roster, caseId: string): Promise<CaseMemory> {
  const plans: Plan[] = [];
  for (let number = 1; ; number += 1) {
    const begun = await ledger.read(keyOf(caseId, number), begunSchema);
    if (begun === undefined) break;
    if (contained(begun.case) === contained(caseId)) plans.push(begun.plan);
  }
  const receipts = await Promise.all(
    plans.flatMap((plan) => plan.actions.map((action) => receiptIn(ledger, roster, plan, action))),
  );
  return {
    plans,
    receipts: receipts
      .flatMap((receipt) => receipt ?? [])
      .toSorted((left, right) => Date.parse(left.finishedAt) - Date.parse(right.finishedAt)),
  };
}

/** The receipt that was kept of an action, undefined where there is none. Throws LedgerError where it is not the one of this action, or nobody's of ours. */
export async function receiptIn(
  ledger: SignedLedger,
  roster: Roster,
  plan: Pick<Plan, 'case' | 'run'>,
  action: Pick<Action, 'id' | 'kind'>,
  digest: string = digestOf(plan),
): Promise<Receipt | undefined> {
  return (await keptReceipt(ledger, roster, plan, action, digest))?.receipt;
}

/** The same, with the signed text that it was read from. */
export async function keptReceipt(
  ledger: SignedLedger,
  roster: Roster,
  plan: Pick<Plan, 'case' | 'run'>,
  action: Pick<Action, 'id' | 'kind'>,
  digest: string,
): Promise<{ readonly signed: SignedReceipt; readonly receipt: Receipt } | undefined> {
  const signed = await ledger.objects.read(receiptKeyOf(digest, action.id));
  if (signed === undefined) return undefined;
  const about = { case: plan.case, run: plan.run, plan: digest, action: action.id, kind: action.kind };
  return { signed, receipt: await verifyReceipt(signed, roster, about) };
}
