import { asWritten, differences, isSurely } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { later } from '../later.ts';
import { type MadeCall, mayHaveChanged } from './calls.ts';
import type { Live } from './executor.ts';
import { type Outcome, unchanged } from './outcome.ts';
import { whyBegunInVain } from './until-serving.ts';

/** A call has 15 s (`callOptions`): one that began longer ago has ended, whoever made it. Milliseconds. */
const longestCall = 16_000;

/**
 * What the calls of earlier attempts came to, as the resource itself tells; null where another one is to be made, or none that was made can have
 * changed anything. Throws `later` while that cannot be told yet.
 */
export function whatCameOf(calls: readonly MadeCall[], action: Action, live: Live): Outcome | null {
  const open = calls.filter(mayHaveChanged);
  const [first] = open;
  if (first === undefined) return null;
  // What it comes to is not known while Cloud Run is at work.
  if (!live.settled) throw later('working', 'Cloud Run still works on the change', 1_000);
  const { mode, before } = first.call;
  const begun = { mode, before, after: asWritten(action.change, live.fields), operation: '' } as const;
  if (differences(action.change, live.fields).length === 0) {
    const accepted = open.find(({ returned }) => returned?.outcome === 'accepted')?.returned?.operation;
    if (accepted !== undefined)
      return {
        ...begun,
        operation: accepted,
        result: 'changed',
        detail: 'the end of its operation was lost; found as wanted',
      };
    if (open.some(({ call }) => isItsMark(call.generation, live)))
      return {
        ...begun,
        result: 'changed',
        detail: `the answer to the change was lost; found as wanted, and changed once since it was read (generation ${live.generation})`,
      };
    // Of a count that is not told it is not known either: then the change is made again.
    if (isSurely(action.change, live.fields))
      return { ...unchanged('already-so', mode, notKnown(first, live), live.fields), whose: 'not-known' };
  }
  const inVain = whyBegunInVain(action.change, live.fields);
  if (inVain !== undefined) return { ...begun, result: 'failed', detail: inVain };
  const running = open.find(({ call, returned }) => returned === undefined && ageOf(call) < longestCall);
  if (running !== undefined)
    throw later('working', 'another attempt makes this change', Math.max(500, longestCall - ageOf(running.call)));
  return null;
}

/** One change since the call was begun, and the resource is as that wanted it: it was this one. */
function isItsMark(before: number | undefined, { generation }: Live): boolean {
  return before !== undefined && generation === before + 1;
}

function notKnown({ call }: MadeCall, { generation }: Live): string {
  const count =
    call.generation === undefined || generation === undefined
      ? 'Cloud Run does not count its changes'
      : `it was changed ${generation - call.generation} times since (generation ${generation})`;
  return `it is as wanted, and whose change that is is not known: a call of this action had no answer, and ${count}. The audit log has who changed it after ${call.takenAt}`;
}

function ageOf({ takenAt }: MadeCall['call']): number {
  return Date.now() - Date.parse(takenAt);
}
