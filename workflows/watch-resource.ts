import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { WatchInput } from '../activities/start-watch.ts';
import { caseWorkflow } from '../model/temporal-names.ts';
import { watching } from './activities.ts';

/**
 * The watch over a contained resource: for a day after, by default. A new deployment, a change that was reverted, traffic back on the compromised
 * revision or a new finding opens the case again, and with it a new proposal.
 */
export async function watchResource(input: WatchInput): Promise<string> {
  const seen = await watching(input.until).lookAfter(input);
  if (seen === null) return 'nothing was seen';
  try {
    await startChild(caseWorkflow, {
      workflowId: input.reopen.finding.caseId,
      args: [{ ...input.reopen, alarm: seen }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `opened again: ${seen}`,
    });
  } catch (error) {
    // A case that is open looks at the resource itself.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return `${seen}; the case is open already`;
  }
  return `${seen}; the case was opened again`;
}
