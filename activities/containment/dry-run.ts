import { differences, type Fields } from '../../model/fields.ts';
import { targetName } from '../../model/rails.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Roster } from '../../model/roster.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import { isPassing } from '../google-errors.ts';
import { type Approved, reasonOf } from './approved.ts';
import type { Executor, Live } from './executor.ts';
import { receiptIn } from './memory.ts';
import { type Outcome, unchanged } from './outcome.ts';

/**
 * Goes the way of a change and makes none: judges the fields as this plan's earlier dry-run receipts say they would be, has Google validate the change where it can
 * and where the resource really is as the change would find it, and answers the computed difference.
 */
export async function tryOut(
  approved: Approved,
  executor: Executor,
  live: Live,
  ledger: SignedLedger,
  roster: Roster,
): Promise<Outcome> {
  const { action } = approved;
  const earlier = await earlierChanges(approved, ledger, roster);
  const before: Fields = Object.assign({}, live.fields, ...earlier);
  if (differences(action.change, before).length === 0)
    return unchanged('already-so', 'dry-run', 'it is or would be so before', before);
  const drift = differences(action.precondition, before);
  if (drift.length > 0) return unchanged('refused', 'dry-run', `it changed since: ${drift.join('; ')}`, before);
  let validated = 'computed, not validated by Google';
  if (earlier.length === 0 && executor.validate !== undefined) {
    try {
      await executor.validate(action, live, `dry run of ${reasonOf(approved)}`);
    } catch (error) {
      if (isPassing(error)) throw error;
      return unchanged('failed', 'dry-run', `Google would refuse it: ${messageOf(error).slice(0, 400)}`, before);
    }
    validated = 'validated by Google';
  }
  const after = action.change.exists === false ? { exists: false } : { ...before, ...action.change };
  return {
    mode: 'dry-run',
    result: 'would-change',
    detail: `dry run, nothing was changed; ${validated}`,
    before,
    after,
    operation: '',
  };
}

/** What earlier actions of this plan would have changed of the same resource, in order, as their receipts in the ledger say. */
async function earlierChanges({ plan, action }: Approved, ledger: SignedLedger, roster: Roster): Promise<Fields[]> {
  const before = plan.actions.slice(0, plan.actions.indexOf(action));
  const changes: Fields[] = [];
  for (const earlier of before) {
    const { target, change } = earlier;
    if (targetName(target) !== targetName(action.target)) continue;
    const receipt = await receiptIn(ledger, roster, plan, earlier, plan.digest);
    if (receipt?.result === 'would-change') changes.push(change);
  }
  return changes;
}
