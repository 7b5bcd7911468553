import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Client } from '@temporalio/client';
import { replayCase } from '../../../audit/strict-replay.ts';
import { workflowBundle } from '../../../worker/bundle.ts';

/**
 * What strict replay finds in a case's history: nothing, whatever was killed or restarted while it ran. The time of an update for people
 * (`Updated`) is left out: it comes from the workflow's clock, which is not exact where a query has waited for a worker.
 */
export async function replayDifferences(client: Client, id: string): Promise<string[]> {
  const history: unknown = JSON.parse(historyToJSON(await client.workflow.getHandle(id).fetchHistory()));
  const { differences } = await replayCase(history, id, await workflowBundle());
  return differences.map(({ what }) => what).filter((what) => !/\bUpdated\b/.test(what));
}
