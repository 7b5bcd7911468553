import type { CaseView } from '../../model/case.ts';
import { canonicalJson, digestOf } from '../../model/digest.ts';
import type { Plan } from '../../model/plan.ts';
import type { Roster } from '../../model/roster.ts';
import { ForeignEntryError } from '../../runtime/errors.ts';
import { verifyReceipt } from '../../runtime/verify-receipt.ts';
import type { Findings, Problem } from './problem.ts';

/** Checks that what a view says was done is what respond workers have signed, for this case and run. */
export async function checkReceipts(view: CaseView, roster: Roster): Promise<Findings> {
  const { receipts, signedReceipts } = view;
  if (receipts.length !== signedReceipts.length)
    return {
      held: [],
      problems: [
        { text: `it has ${receipts.length} receipts, and ${signedReceipts.length} signed ones`, stops: 'plans' },
      ],
    };
  const plans = new Map(plansOf(view).map((plan) => [digestOf(plan), plan]));
  const problems: Problem[] = [];
  for (const [index, receipt] of receipts.entries()) {
    const signed = signedReceipts[index];
    if (signed === undefined) continue;
    const kind = plans.get(receipt.plan)?.actions.find(({ id }) => id === receipt.action)?.kind;
    try {
      const said = await verifyReceipt(signed, roster, {
        case: view.id,
        run: view.run,
        ...(kind !== undefined && { kind }),
      });
      if (canonicalJson(said) !== canonicalJson(receipt))
        problems.push({ text: `receipt ${index + 1}: what respond has signed says something else`, stops: 'plans' });
    } catch (error) {
      if (!(error instanceof ForeignEntryError)) throw error;
      problems.push({ text: `receipt ${index + 1}: ${error.message}`, stops: 'plans' });
    }
  }
  if (problems.length > 0 || receipts.length === 0) return { held: [], problems };
  return { held: [`${receipts.length} receipts: signed by respond workers on the roster`], problems };
}

function plansOf({ proposal, stopped }: CaseView): Plan[] {
  return [...(proposal?.plans.map(({ plan }) => plan) ?? []), ...(stopped === null ? [] : [stopped])];
}
