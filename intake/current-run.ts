import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { codeOf } from '../runtime/errors.ts';
import { withCallDeadline } from './call-deadline.ts';

const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

/**
 * The newest run of a case where it completed; undefined where it runs, crashed, was terminated, or Temporal has none: then a
 * signal-with-start succeeds. Read from the run itself, never from visibility, which lags. How it ended is for the archive index to say: in
 * Temporal anybody can complete a run, with whatever memo.
 */
export async function readCompletedRun(client: Client, caseId: string): Promise<string | undefined> {
  const info = await describeCase(client, caseId);
  return info?.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED
    ? (info.execution?.runId ?? '')
    : undefined;
}

/** A run of a case, the newest where none is named, as Temporal has it; undefined where it has none. */
export async function describeCase(client: Client, caseId: string, run = '') {
  const { namespace } = client.options;
  try {
    const answer = await withCallDeadline(client, () =>
      client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: caseId, runId: run } }),
    );
    return answer.workflowExecutionInfo;
  } catch (error) {
    if (codeOf(error) === status.NOT_FOUND) return undefined;
    throw error;
  }
}
