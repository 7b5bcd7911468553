import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { plain } from '../model/display.ts';
import { codeOf } from '../runtime/errors.ts';
import { withCallDeadline } from './call-deadline.ts';

const { WorkflowExecutionStatus: Status } = proto.temporal.api.enums.v1;

/** Ends in Temporal, in words. */
const words: ReadonlyMap<number, string> = new Map([
  [Status.WORKFLOW_EXECUTION_STATUS_COMPLETED, 'completed'],
  [Status.WORKFLOW_EXECUTION_STATUS_FAILED, 'failed'],
  [Status.WORKFLOW_EXECUTION_STATUS_CANCELED, 'cancelled'],
  [Status.WORKFLOW_EXECUTION_STATUS_TERMINATED, 'terminated'],
  [Status.WORKFLOW_EXECUTION_STATUS_TIMED_OUT, 'timed out'],
]);

/** The word for a status of a run that has ended; undefined for one that goes on. */
export function endWord(code: number | null | undefined): string | undefined {
  return words.get(code ?? -1);
}

/** The last events of a run: enough for who ended it. */
const lastEvents = 20;

/**
 * How a run ended that no signed record of ours closes: `ended in Temporal: terminated by somebody, not by Firebreak (who calls itself "x": reason)`.
 * Whoever calls Temporal says himself who he is.
 */
export async function howItEnded(client: Client, caseId: string, run: string, how: string): Promise<string> {
  const { by, reason } = await whoEnded(client, caseId, run);
  const told = [
    ...(by === '' ? [] : [`who calls itself ${JSON.stringify(plain(by, 100))}`]),
    ...(reason === '' ? [] : [plain(reason, 200)]),
  ].join(': ');
  return `ended in Temporal: ${how} by somebody, not by Firebreak${told === '' ? '' : ` (${told})`}`;
}

async function whoEnded(client: Client, workflowId: string, runId: string) {
  const { namespace } = client.options;
  try {
    const { history } = await withCallDeadline(client, () =>
      client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution: { workflowId, runId },
        maximumPageSize: lastEvents,
      }),
    );
    const events = history?.events ?? [];
    const cancelled = events[0]?.workflowExecutionCanceledEventAttributes != null;
    for (const event of events) {
      const terminated = event.workflowExecutionTerminatedEventAttributes;
      if (terminated) return { by: terminated.identity ?? '', reason: terminated.reason ?? '' };
      const asked = event.workflowExecutionCancelRequestedEventAttributes;
      if (asked) return { by: asked.identity ?? '', reason: asked.cause ?? '' };
      const worked = event.workflowTaskCompletedEventAttributes;
      if (worked && !cancelled) return { by: worked.identity ?? '', reason: '' };
    }
  } catch (error) {
    if (codeOf(error) !== status.NOT_FOUND) throw error;
  }
  return { by: '', reason: '' };
}

/** The run that a reset made this one from; undefined where it is none. */
export async function resetFrom(client: Client, workflowId: string, runId: string): Promise<string | undefined> {
  const { namespace } = client.options;
  const { history } = await withCallDeadline(client, () =>
    client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const original = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '';
  return original === '' || original === runId ? undefined : original;
}
