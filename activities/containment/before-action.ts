import { digestOf } from '../../model/digest.ts';
import type { Seals } from '../../model/observation.ts';
import type { Action, Mode, Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Roster } from '../../model/roster.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import { whyNotQuiet } from '../../runtime/verify-quiet.ts';
import { receiptIn } from './memory.ts';

/** Results after which the next action of a plan may follow. */
const done: ReadonlySet<Receipt['result']> = new Set(['changed', 'already-so', 'would-change']);

/** Why what has to come before an action has not, by respond's own receipts and by what observe has signed; null where it has. */
export async function whyNotItsTurn(
  {
    plan,
    action,
    seals,
    mode,
  }: { readonly plan: Plan; readonly action: Action; readonly seals: Seals; readonly mode: Mode },
  ledger: SignedLedger,
  roster: Roster,
): Promise<string | null> {
  const digest = digestOf(plan);
  const before = plan.actions.slice(0, plan.actions.indexOf(action));
  const receipts = await Promise.all(before.map((earlier) => receiptIn(ledger, roster, plan, earlier, digest)));
  for (const [index, receipt] of receipts.entries())
    if (receipt === undefined || !done.has(receipt.result))
      return `its action ${before[index]?.id ?? ''} comes first, and is not done`;
  // Where nothing was changed there is nothing that could fall silent.
  const changed = receipts.filter((receipt) => receipt?.result !== 'would-change');
  if (action.when === 'at-once' || mode === 'dry-run' || changed.length === 0) return null;
  const since = Math.max(...receipts.map((receipt) => Date.parse(receipt?.finishedAt ?? '')));
  return whyNotQuiet(plan, action.target, seals.quiet, roster, since);
}
