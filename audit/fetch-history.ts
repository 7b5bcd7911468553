import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { codeOf, messageOf, UserError } from '../runtime/errors.ts';

/** gRPC's INVALID_ARGUMENT (a run id of the wrong form) and NOT_FOUND. */
const wrongName: ReadonlySet<unknown> = new Set([3, 5]);

/**
 * A case's history as JSON, parsed: the form that replays and that can be kept in a file.
 * @param run the latest run where none is given
 * @throws UserError where Temporal has no such case or run
 */
export async function fetchHistory(client: Client, id: string, run?: string): Promise<unknown> {
  try {
    const history = await client.workflow.getHandle(id, run).fetchHistory();
    return JSON.parse(historyToJSON(history)) as unknown;
  } catch (error) {
    if (!wrongName.has(codeOf(error))) throw error;
    const which = run === undefined ? '' : ` with run ${run}`;
    const hint = 'It keeps closed cases for its retention only; what there is: npx firebreak cases';
    throw new UserError(`Temporal has no case ${id}${which} (${messageOf(error)}). ${hint}`, 1, { cause: error });
  }
}
