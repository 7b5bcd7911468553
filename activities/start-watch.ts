import { Context, getClient } from '@temporalio/activity';
import { watchWorkflow } from '../model/temporal-names.ts';
import type { WatchInput } from '../model/watch-input.ts';

/** Starts the watch over a contained resource, in place of one that an earlier run of the case left. */
export async function startWatch(input: WatchInput, caseId: string): Promise<void> {
  await getClient().workflow.start(watchWorkflow, {
    workflowId: `watch-${caseId}`,
    taskQueue: Context.current().info.taskQueue.replace(/-observe$/, '-cases'),
    args: [input],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    staticSummary: `Watches what ${caseId} contained until ${input.until}`,
  });
}
