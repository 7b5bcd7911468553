import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { temporal } from '@temporalio/proto';
import { messageOf } from '../runtime/errors.ts';

/** An event of a history. */
export type Event = temporal.api.history.v1.IHistoryEvent;

/** The events of a history as JSON, parsed. Throws TypeError where it is none. */
export function readHistory(history: unknown): readonly Event[] {
  try {
    return historyFromJSON(history).events ?? [];
  } catch (error) {
    throw new TypeError(`not a history: ${messageOf(error)}`, { cause: error });
  }
}
