import { Context, heartbeat } from '@temporalio/activity';
import { differences, type Fields } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { messageOf } from '../../runtime/errors.ts';
import { isPassing } from '../google-errors.ts';
import type { Executor, Live, StartedOperation } from './executor.ts';

/** How a change ended, with the fields read back. */
export interface Change {
  readonly status: 'done' | 'failed';
  readonly operation: string;
  readonly fields: Fields;
  /** Why it failed; empty otherwise. */
  readonly detail: string;
}

/** An operation that ends in an error which may pass is started again so often. */
const mostAttempts = 5;

/**
 * Has the change checked, makes it, waits for its end, reads back. An etag conflict and whatever passes is thrown, so that the next attempt reads
 * first. What Cloud Run refuses for good is answered as failed.
 */
export async function makeChange(executor: Executor, action: Action, live: Live, reason: string): Promise<Change> {
  let operation = '';
  try {
    await executor.validate?.(action, live, reason);
    heartbeat('validated');
    const started = await executor.start(action, live, reason);
    operation = started?.name ?? '';
    heartbeat(operation);
    if (started !== null) await ended(started);
  } catch (error) {
    if (isPassing(error) && (operation === '' || Context.current().info.attempt < mostAttempts)) throw error;
    const { fields, settled } = await executor.read(action.target);
    // The change is in place, though its operation could not be followed to the end.
    if (operation !== '' && settled && differences(action.change, fields).length === 0)
      return { status: 'done', operation, fields, detail: '' };
    return { status: 'failed', operation, fields, detail: messageOf(error).slice(0, 500) };
  }
  const { fields } = await executor.read(action.target);
  const missing = differences(action.change, fields);
  return missing.length === 0
    ? { status: 'done', operation, fields, detail: '' }
    : { status: 'failed', operation, fields, detail: `after the change: ${missing.join('; ')}` };
}

/** Waits for a long-running operation with heartbeats, so that a lost worker is noticed while Cloud Run still works. */
async function ended(operation: StartedOperation): Promise<void> {
  const beat = setInterval(() => heartbeat('operation under way'), 5_000);
  try {
    await operation.ended();
  } finally {
    clearInterval(beat);
  }
}
