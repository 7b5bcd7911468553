import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { codeOf, messageOf, UserError } from '../runtime/errors.ts';

/** gRPC's INVALID_ARGUMENT (a run id of the wrong form) and NOT_FOUND. */
const wrongName: ReadonlySet<unknown> = new Set([3, 5]);

/** Temporal has no such case or run, or has it no longer. */
export class NoSuchHistoryError extends UserError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 1, options);
    this.name = 'NoSuchHistoryError';
  }
}

/**
 * A case's history as JSON, parsed: the form that replays.
 * @param run the latest run where none is given
 * @throws NoSuchHistoryError where Temporal has no such case or run
 */
export async function fetchHistory(client: Client, id: string, run?: string): Promise<unknown> {
  return JSON.parse(await fetchHistoryText(client, id, run)) as unknown;
}

/** The same as text, to be kept in a file. */
export async function fetchHistoryText(client: Client, id: string, run?: string): Promise<string> {
  try {
    return historyToJSON(await client.workflow.getHandle(id, run).fetchHistory());
  } catch (error) {
    if (!wrongName.has(codeOf(error))) throw error;
    const which = run === undefined ? '' : ` with run ${run}`;
    const hint = 'It keeps closed cases for its retention only; what there is: npx firebreak cases';
    throw new NoSuchHistoryError(`Temporal has no case ${id}${which} (${messageOf(error)}). ${hint}`, { cause: error });
  }
}
