import { differences, fieldsSchema } from '../../model/fields.ts';
import { type Action, actionId, modeSchema } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { closed, digest, identifier, instant, list, type z } from '../../model/schema.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import type { trustDocument } from '../../runtime/trust.ts';
import { later } from '../later.ts';
import { type Approved, reasonOf } from './approved.ts';
import { makeChange } from './change.ts';
import { tryOut } from './dry-run.ts';
import type { Executor, Live } from './executor.ts';
import { takeSlot } from './governor.ts';
import { assertNotHalted, stoppable } from './halted.ts';
import { type Limits, whyProtectedLive } from './limits.ts';
import { type Outcome, unchanged } from './outcome.ts';
import { whyBegunInVain } from './until-serving.ts';

/** What the ledger keeps of an action before its first call that changes something. */
const begunSchema = closed({
  plan: digest,
  action: actionId,
  decisions: list(identifier, 100),
  mode: modeSchema,
  before: fieldsSchema,
  takenAt: instant,
});
export type Begun = z.infer<typeof begunSchema>;

/** What an earlier attempt has begun; undefined where none has. Throws LedgerError where it is not what respond wrote. */
export function ledgerEntryOf(ledger: SignedLedger, key: string): Promise<Begun | undefined> {
  return ledger.read(key, begunSchema);
}

/** What an approved action is carried out with. */
export interface CarryOutDependencies {
  readonly ledger: SignedLedger;
  readonly trust: ReturnType<typeof trustDocument>;
  readonly limits: Limits;
}

/**
 * Carries out one action: reads live, refuses what is not as approved, takes its slot and its entry in the ledger, changes, reads back. Asks before the
 * first call and before the change whether all is halted.
 */
export async function carryOut(
  approved: Approved,
  held: Begun | undefined,
  executor: Executor,
  given: CarryOutDependencies,
): Promise<Outcome> {
  const { action, decisions, key, mode, plan } = approved;
  const { ledger, limits } = given;
  const halting = { ledger: ledger.objects, trust: given.trust };
  // What an earlier attempt has begun is looked at in any case: whether it was made is to be known.
  if (held === undefined) await assertNotHalted(halting);
  const live = await executor.read(action.target);
  if (live.fields.exists === false && action.change.exists !== false)
    return unchanged('failed', mode, `${targetName(action.target)} is gone: it has been deleted`);
  const forbidden = whyProtectedLive(action, live, limits);
  if (forbidden !== null) return unchanged('refused', mode, forbidden, live.fields);
  // An earlier attempt's change is still under way: what it comes to is not known yet.
  if (held !== undefined && !live.settled) throw later('working', 'Cloud Run still works on the change', 1_000);
  const done = differences(action.change, live.fields).length === 0;
  if (held !== undefined && held.mode !== 'dry-run') {
    const begun = { mode: 'live', before: held.before, after: live.fields, operation: '' } as const;
    if (done) return { ...begun, result: 'changed', detail: 'the answer to the change was lost; found as wanted' };
    const inVain = whyBegunInVain(action.change, live.fields);
    if (inVain !== undefined) return { ...begun, result: 'failed', detail: inVain };
  }
  if (mode === 'dry-run') return tryOut(approved, executor, live, ledger, await given.trust.read());
  if (done) return unchanged('already-so', mode, 'it was so before', live.fields);
  const drift = differences(action.precondition, live.fields);
  if (drift.length > 0) return unchanged('refused', mode, `it changed since: ${drift.join('; ')}`, live.fields);
  if (held === undefined) {
    const about = { plan: plan.digest, action: action.id };
    const slot = await takeSlot(ledger, asAnswered(action.target, live), limits.changesPerHour, new Date(), about);
    if (slot.status === 'governed')
      return {
        mode,
        result: 'governed',
        detail: slot.detail,
        retryAt: slot.retryAt,
        before: live.fields,
        after: live.fields,
        operation: '',
      };
  }
  const entry = {
    plan: plan.digest,
    action: action.id,
    decisions,
    mode,
    before: live.fields,
    takenAt: new Date().toISOString(),
  };
  const { content: taken } = await ledger.createIfAbsent(key, entry, begunSchema);
  const reason = reasonOf(approved);
  const change = await makeChange(stoppable(executor, halting), action, live, reason);
  return {
    mode,
    result: change.status === 'done' ? 'changed' : 'failed',
    detail: change.detail,
    before: taken.before,
    after: change.fields,
    operation: change.operation,
  };
}

/** The target by the project as Cloud Run answers it: a finding may name it by its id or by its number. */
function asAnswered(target: Action['target'], { name }: Live): Action['target'] {
  const [, project] = /^projects\/([^/]+)\//.exec(name ?? '') ?? [];
  return project === undefined ? target : { ...target, project };
}
