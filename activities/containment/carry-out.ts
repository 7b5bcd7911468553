import { Context } from '@temporalio/activity';
import { asWritten, differences, isSurely } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { SignedLedger } from '../../runtime/signed-ledger.ts';
import type { trustDocument } from '../../runtime/trust.ts';
import { isPassing } from '../google-errors.ts';
import { later } from '../later.ts';
import { type Approved, reasonOf } from './approved.ts';
import { callsOf, foundBefore, type MadeCall, mayHaveChanged, noteCall, noteReturn } from './calls.ts';
import { makeChange } from './change.ts';
import { tryOut } from './dry-run.ts';
import type { Executor, Live } from './executor.ts';
import { takeSlot } from './governor.ts';
import { assertNotHalted } from './halted.ts';
import { type Limits, whyProtectedLive } from './limits.ts';
import { whatOthersDid } from './meanwhile.ts';
import { receiptIn } from './memory.ts';
import { type Outcome, unchanged } from './outcome.ts';
import { whatCameOf } from './what-came-of.ts';
import { endTurn, type TakenTurn, takeTurn } from './turns.ts';
import { whyHeld } from './held-by-others.ts';

/** What an approved action is carried out with. */
export interface CarryOutDependencies {
  readonly ledger: SignedLedger;
  readonly trust: ReturnType<typeof trustDocument>;
  readonly limits: Limits;
}

/**
 * Carries out one action: reads live, sees what became of calls before it, refuses what is not as approved, takes its slot and its turn at the resource,
 * reads once more, changes, reads back and says what others did meanwhile. Asks before it begins and right before the change whether all is halted.
 */
export async function carryOut(
  approved: Approved,
  calls: readonly MadeCall[],
  executor: Executor,
  given: CarryOutDependencies,
): Promise<Outcome> {
  const { action, mode, plan } = approved;
  const { ledger, limits } = given;
  // What an earlier attempt has begun is looked at in any case: whether it was made is to be known.
  if (calls.length === 0) await assertNotHalted({ ledger: ledger.objects, trust: given.trust });
  const live = await executor.read(action.target);
  if (live.fields.exists === false && action.change.exists !== false)
    return unchanged('failed', mode, `${targetName(action.target)} is gone: it has been deleted`);
  const forbidden = whyProtectedLive(action, live, limits);
  if (forbidden !== null) return unchanged('refused', mode, forbidden, live.fields);
  const came = whatCameOf(calls, action, live);
  if (came !== null) return came;
  if (isToWaitFor(live)) throw atWork();
  if (mode === 'dry-run') return tryOut(approved, executor, live, ledger, await given.trust.read());
  if (isSo(action, live)) return inTurn(approved, live, given, (turn) => alreadySo(approved, executor, turn, given));
  const drift = driftOf(approved, live);
  if (drift.length > 0) return unchanged('refused', mode, `it changed since: ${drift.join('; ')}`, live.fields);
  if (calls.length === 0) {
    const about = { plan: plan.digest, action: action.id };
    const slot = await takeSlot(ledger, asAnswered(action.target, live), limits.changesPerHour, new Date(), about);
    if (slot.status === 'governed')
      return { ...unchanged('governed', mode, slot.detail, live.fields), retryAt: slot.retryAt };
  }
  try {
    await executor.validate?.(action, live, reasonOf(approved));
  } catch (error) {
    if (isPassing(error)) throw error;
    return unchanged('failed', mode, messageOf(error).slice(0, 500), live.fields);
  }
  return inTurn(approved, live, given, () => change(approved, calls, executor, live, given));
}

/** Does something while no other action changes the resource. The turn ends with the action's receipt; with the attempt, where there is none. */
async function inTurn(
  { action, key, plan }: Approved,
  live: Live,
  { ledger, trust }: CarryOutDependencies,
  work: (turn: TakenTurn) => Promise<Outcome>,
): Promise<Outcome> {
  const { digest, case: id, run } = plan;
  const way = plan.kind === 'undo' ? 'back' : 'there';
  const about = {
    case: id,
    run,
    plan: digest,
    action: action.id,
    kind: action.kind,
    way,
    change: action.change,
  } as const;
  const turn = await takeTurn(ledger, await trust.read(), asAnswered(action.target, live), about);
  try {
    return await work(turn);
  } catch (error) {
    // Of a call that may have changed something the next attempt says what it came to, before others have their turn.
    if (!(await callsOf(ledger, key)).some(mayHaveChanged)) await endTurn(ledger, turn);
    throw error;
  }
}

/** So it is, and by nothing that this action did: looked at once more in its turn, and when Cloud Run is not at work on it. */
async function alreadySo(
  { action, mode, plan }: Approved,
  executor: Executor,
  { before }: TakenTurn,
  { ledger, trust }: CarryOutDependencies,
): Promise<Outcome> {
  const now = await executor.read(action.target);
  if (isToWaitFor(now)) throw atWork();
  if (!isSo(action, now)) throw later('conflict', 'it changed meanwhile; it is read again', 100);
  const last = before === undefined || before.case === plan.case ? undefined : before;
  const made =
    last && (await receiptIn(ledger, await trust.read(), last, { id: last.action, kind: last.kind }, last.plan));
  const by = made?.result === 'changed' ? `; the last to change it was ${made.case}` : '';
  return unchanged('already-so', mode, `it was so before${by}`, now.fields);
}

async function change(
  approved: Approved,
  calls: readonly MadeCall[],
  executor: Executor,
  live: Live,
  { ledger, trust }: CarryOutDependencies,
): Promise<Outcome> {
  const { action, decisions, key, mode, plan } = approved;
  const held =
    plan.kind === 'undo' ? await whyHeld(approved, asAnswered(action.target, live), ledger, await trust.read()) : null;
  if (held !== null) return unchanged('refused', mode, held, live.fields);
  const number = calls.length + 1;
  const call = {
    plan: plan.digest,
    action: action.id,
    decisions,
    mode,
    before: live.fields,
    ...(live.generation !== undefined && { generation: live.generation }),
  };
  await assertNotHalted({ ledger: ledger.objects, trust });
  if (!(await noteCall(ledger, key, number, call))) throw later('working', 'another attempt makes this change', 1_000);
  // The last thing before the change is to look, at all that was approved: who keeps changing something else does not keep it from being made.
  const now = await executor.read(action.target);
  if (isSo(action, now) || driftOf(approved, now).length > 0 || isToWaitFor(now)) {
    await noteReturn(ledger, key, number, { outcome: 'not-made' });
    throw later('conflict', 'it changed meanwhile; it is read again', 100);
  }
  const made = await makeChange(executor, action, now, reasonOf(approved), (returned) =>
    noteReturn(ledger, key, number, returned),
  );
  if (made.status === 'refused') return unchanged('failed', mode, made.detail, made.after.fields);
  if (made.status === 'not-needed') {
    if (!isSo(action, made.after)) throw later('conflict', 'it changed meanwhile; it is read again', 100);
    return unchanged('already-so', mode, 'somebody else had made it so when the call came', made.after.fields);
  }
  const others = await whatOthersDid(executor, {
    action,
    before: now,
    after: made.after,
    made: made.made,
    ...(made.further !== undefined && { further: made.further }),
  });
  return {
    mode,
    result: made.status === 'done' ? 'changed' : 'failed',
    detail: [made.detail, others.detail].filter((text) => text !== '').join('; '),
    ...(others.meanwhile !== undefined && { meanwhile: others.meanwhile }),
    before: foundBefore(calls, now.fields),
    after: asWritten(action.change, made.after.fields),
    operation: made.operation,
  };
}

function isSo({ change: wanted }: Action, { fields }: Live): boolean {
  return isSurely(wanted, fields);
}

/** What of the approved state is no longer so. A way back may find a field as it is to be: somebody has given that back already. */
function driftOf({ action: { change: wanted, precondition }, plan }: Approved, { fields }: Live): string[] {
  const given =
    plan.kind === 'undo'
      ? Object.keys(wanted).filter((name) => differences({ [name]: wanted[name] }, fields).length === 0)
      : [];
  return differences(
    Object.fromEntries(Object.entries(precondition).filter(([name]) => !given.includes(name))),
    fields,
  );
}

/** How long an action waits for what Cloud Run is at work on, milliseconds: whoever can deploy can keep it at work for ever. */
const longestWait = 60_000;

/**
 * True where Cloud Run is at work on somebody's change: what that comes to, as the name of a new revision, is not told before its end. Source: answers
 * of the real service while an update runs.
 */
function isToWaitFor({ settled }: Live): boolean {
  return !settled && Date.now() - Context.current().info.scheduledTimestampMs < longestWait;
}

function atWork(): Error {
  return later('working', 'Cloud Run is at work on another change', 500);
}

/** The target by the project as Cloud Run answers it: a finding may name it by its id or by its number. */
function asAnswered(target: Action['target'], { name }: Live): Action['target'] {
  const [, project] = /^projects\/([^/]+)\//.exec(name ?? '') ?? [];
  return project === undefined ? target : { ...target, project };
}
