import type { Client } from '@temporalio/client';

/** An event of a recorded history, as far as steps are told by it. */
export interface HistoryEvent {
  readonly eventId?: { toString(): string } | null;
  readonly eventType?: number | null;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType?: { readonly name?: string | null } | null;
  } | null;
  readonly activityTaskCompletedEventAttributes?: {
    readonly scheduledEventId?: { toString(): string } | null;
  } | null;
  readonly markerRecordedEventAttributes?: { readonly markerName?: string | null } | null;
  readonly timerStartedEventAttributes?: object | null;
  readonly workflowExecutionStartedEventAttributes?: object | null;
  readonly workflowExecutionUpdateAcceptedEventAttributes?: object | null;
  readonly workflowExecutionUpdateCompletedEventAttributes?: object | null;
  readonly workflowExecutionCompletedEventAttributes?: object | null;
  readonly upsertWorkflowSearchAttributesEventAttributes?: object | null;
  readonly workflowPropertiesModifiedEventAttributes?: object | null;
  readonly workflowTaskScheduledEventAttributes?: object | null;
  readonly workflowTaskFailedEventAttributes?: {
    readonly cause?: number | null;
    readonly failure?: { readonly message?: string | null } | null;
  } | null;
}

/**
 * The steps of a case, from its history in order: what it asked for, took in, waited for and wrote down, each with its number. Made from
 * what was recorded, so that a step that is new in the workflow is one here too.
 */
export function stepsOf(events: readonly HistoryEvent[]): string[] {
  const counts = new Map<string, number>();
  return events.flatMap((event) => {
    const kind = kindOf(event);
    if (kind === undefined) return [];
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    return [`${kind} ${number}`];
  });
}

function kindOf(event: HistoryEvent): string | undefined {
  const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
  if (activity) return `activity ${activity}`;
  if (event.workflowExecutionStartedEventAttributes) return 'started';
  if (event.workflowExecutionUpdateAcceptedEventAttributes) return 'update accepted';
  if (event.workflowExecutionUpdateCompletedEventAttributes) return 'update answered';
  if (event.markerRecordedEventAttributes) return `marker ${event.markerRecordedEventAttributes.markerName ?? ''}`;
  if (event.timerStartedEventAttributes) return 'timer';
  if (event.upsertWorkflowSearchAttributesEventAttributes) return 'search attributes';
  if (event.workflowPropertiesModifiedEventAttributes) return 'memo';
  return event.workflowExecutionCompletedEventAttributes ? 'completed' : undefined;
}

/** The events of a case so far. */
export async function eventsOf(client: Client, id: string): Promise<readonly HistoryEvent[]> {
  const { events } = await client.withDeadline(Date.now() + 5_000, () => client.workflow.getHandle(id).fetchHistory());
  return events ?? [];
}

/** News came while a task was about to end the run: the server has the task done again. WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND. */
const newsMeanwhile = 1;

/**
 * A fault of the SDK (1.24), seen once in some 600 cases on a busy machine: an update is answered twice in one task, the core refuses the task, and
 * the next attempt goes through. Open as temporalio/sdk-typescript issue 1966. Nothing of it is in the history but the failed task.
 */
const answeredTwice = /Invalid transition while handling update response/;

/** What failed in workflow tasks: a mistake in workflow code, or a history that the code cannot replay. */
export function taskFailures(events: readonly HistoryEvent[]): string[] {
  return events
    .flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      failed && failed.cause !== newsMeanwhile ? [failed.failure?.message ?? 'no message'] : [],
    )
    .filter((message) => !answeredTwice.test(message));
}
