import { Context, heartbeat } from '@temporalio/activity';
import { differences } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { messageOf } from '../../runtime/errors.ts';
import { isPassing } from '../google-errors.ts';
import { type CallReturn, outcomeOf } from './calls.ts';
import type { EndedOperation, Executor, Live, StartedOperation } from './executor.ts';

/** How a call ended, with what was read back. */
export interface Change {
  /** `refused` and `not-needed`: nothing was changed. `failed`: something may be changed, and not as asked for. */
  readonly status: 'done' | 'not-needed' | 'failed' | 'refused';
  readonly operation: string;
  readonly after: Live;
  /** The generation that the change made, where its answer says so. */
  readonly made: number | undefined;
  /** How many changes of its own came before that one. */
  readonly further?: number;
  /** Why it failed; empty otherwise. */
  readonly detail: string;
}

/** An operation that ends in an error which may pass is started again so often. */
const mostAttempts = 5;

/** Notes how the call came back where the action is not at its end with it. */
type Note = (returned: { readonly outcome: CallReturn['outcome']; readonly operation?: string }) => Promise<void>;

/**
 * Makes the change against what was just read, waits for its end, reads back. What passes is noted and thrown, so that the next attempt reads first: an etag
 * conflict is a refusal. What Cloud Run refuses for good is answered.
 */
export async function makeChange(
  executor: Executor,
  action: Action,
  live: Live,
  reason: string,
  note: Note,
): Promise<Change> {
  let started: Awaited<ReturnType<Executor['start']>>;
  try {
    started = await executor.start(action, live, reason);
  } catch (error) {
    const outcome = outcomeOf(error);
    if (isPassing(error)) {
      await note({ outcome });
      throw error;
    }
    const after = await executor.read(action.target);
    const status = outcome === 'refused' ? 'refused' : 'failed';
    return { status, operation: '', after, made: undefined, detail: messageOf(error).slice(0, 500) };
  }
  if (started === 'not-needed') {
    await note({ outcome: 'refused' });
    return { status: started, operation: '', after: await executor.read(action.target), made: undefined, detail: '' };
  }
  const { name: operation = '', generation } = started ?? {};
  heartbeat(operation);
  let failure = '';
  let end: EndedOperation = {};
  try {
    if (started !== null) end = await ended(started);
  } catch (error) {
    if (isPassing(error) && Context.current().info.attempt < mostAttempts) {
      await note({ outcome: 'accepted', operation });
      throw error;
    }
    failure = messageOf(error).slice(0, 500);
  }
  const own = { made: end.generation ?? generation, ...(end.further !== undefined && { further: end.further }) };
  const after = await executor.read(action.target);
  const missing = differences(action.change, after.fields);
  // In place though its operation could not be followed to the end, it is done.
  if (missing.length === 0 && (failure === '' || after.settled))
    return { status: 'done', operation, after, ...own, detail: '' };
  return { status: 'failed', operation, after, ...own, detail: failure || `after the change: ${missing.join('; ')}` };
}

/** Waits for a long-running operation with heartbeats, so that a lost worker is noticed while Cloud Run still works. */
async function ended(operation: StartedOperation): Promise<EndedOperation> {
  const beat = setInterval(() => heartbeat('operation under way'), 5_000);
  try {
    return await operation.ended();
  } finally {
    clearInterval(beat);
  }
}
