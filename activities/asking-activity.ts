import { Context } from '@temporalio/activity';

/** Who asks, for a quota's queue: the activity that runs, whichever attempt it is. */
export function askingActivity(): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${workflowExecution?.workflowId ?? ''}/${workflowExecution?.runId ?? ''}/${activityId}`;
}
