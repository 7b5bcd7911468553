import type { temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;

/**
 * The part of a history that the workflow's code has had its say on: up to the commands of the last completed workflow task. What comes
 * after it (an answer that no worker has looked at, a termination) is nobody's command, and replaying it would make commands that the history
 * cannot know yet. Empty where no workflow task has completed.
 */
export function processedPart(events: readonly Event[]): Event[] {
  const last = events.findLastIndex((event) => event.workflowTaskCompletedEventAttributes);
  if (last < 0) return [];
  const after = events.slice(last + 1);
  const commands = after.findIndex((event) => !isCommand(event));
  return events.slice(0, commands < 0 ? events.length : last + 1 + commands);
}

/** Commands stand right behind the completion of the task that made them. */
function isCommand(event: Event): boolean {
  return Boolean(
    event.activityTaskScheduledEventAttributes ??
    event.activityTaskCancelRequestedEventAttributes ??
    event.timerStartedEventAttributes ??
    event.timerCanceledEventAttributes ??
    event.markerRecordedEventAttributes ??
    event.upsertWorkflowSearchAttributesEventAttributes ??
    event.workflowPropertiesModifiedEventAttributes ??
    event.workflowExecutionUpdateAcceptedEventAttributes ??
    event.workflowExecutionUpdateCompletedEventAttributes ??
    event.startChildWorkflowExecutionInitiatedEventAttributes ??
    event.signalExternalWorkflowExecutionInitiatedEventAttributes ??
    event.requestCancelExternalWorkflowExecutionInitiatedEventAttributes ??
    event.nexusOperationScheduledEventAttributes ??
    event.nexusOperationCancelRequestedEventAttributes ??
    event.workflowExecutionCompletedEventAttributes ??
    event.workflowExecutionFailedEventAttributes ??
    event.workflowExecutionCanceledEventAttributes ??
    event.workflowExecutionContinuedAsNewEventAttributes,
  );
}
