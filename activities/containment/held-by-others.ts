import { describeField, type Fields, sameField } from '../../model/fields.ts';
import type { Target } from '../../model/plan.ts';
import type { Roster } from '../../model/roster.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import type { Approved } from './approved.ts';
import { contained, receiptIn } from './memory.ts';
import { type Turn, turnsOf } from './turns.ts';

/** Results after which a case counts on the resource being so. */
const holding: ReadonlySet<string> = new Set(['changed', 'already-so']);

/**
 * Why a way back is not carried out: another case has contained the resource by what would be given back, and has not given it back itself. Null where
 * none has. Throws LedgerError.
 */
export async function whyHeld(
  { action, plan }: Approved,
  target: Target,
  ledger: SignedLedger,
  roster: Roster,
): Promise<string | null> {
  const own = contained(plan.case);
  const held = new Map<string, Fields>();
  for (const turn of await turnsOf(ledger, target)) {
    const of = contained(turn.case);
    if (of === own || !(await isDone(turn, ledger, roster))) continue;
    held.set(of, turn.way === 'back' ? without(held.get(of), turn.change) : { ...held.get(of), ...turn.change });
  }
  for (const [of, fields] of held)
    for (const [name, value] of Object.entries(action.change))
      if (fields[name] !== undefined && !sameField(name, fields[name], value))
        return `${of} has contained ${target.name} too, by ${name}: ${describeField(name, fields[name])}. What it keeps out would be back. Undo that case first, then this one again: firebreak undo ${of}`;
  return null;
}

async function isDone(turn: Turn, ledger: SignedLedger, roster: Roster): Promise<boolean> {
  const receipt = await receiptIn(ledger, roster, turn, { id: turn.action, kind: turn.kind }, turn.plan);
  return receipt?.mode === 'live' && holding.has(receipt.result);
}

/** What a case still holds after its way back: nothing, where that gave up without giving anything back. */
function without(held: Fields | undefined, given: Fields): Fields {
  const names = Object.keys(given);
  if (names.length === 0) return {};
  return Object.fromEntries(Object.entries(held ?? {}).filter(([name]) => !names.includes(name)));
}
