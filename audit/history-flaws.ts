import proto, { type temporal } from '@temporalio/proto';

type Event = temporal.api.history.v1.IHistoryEvent;

/** A place where a history is not one that a Temporal server writes. */
export interface HistoryFlaw {
  readonly event: number;
  readonly what: string;
}

/**
 * Where a history is out of form. Looked at before replay, since the SDK's core does not come back from a history like that: a panic in one
 * of its threads leaves the replay waiting for ever (rules: sdk-core, replay/history_info.rs).
 */
export function historyFlaws(events: readonly Event[], workflowId: string): HistoryFlaw[] {
  return events.flatMap((event, index) => {
    const flaws: HistoryFlaw[] = [];
    const owner = event.workflowExecutionStartedEventAttributes?.workflowId ?? '';
    // Servers before 1.21 do not write it.
    if (owner !== '' && owner !== workflowId)
      flaws.push({ event: index + 1, what: `this is the history of ${owner}, not of ${workflowId}` });
    const number = Number(event.eventId);
    if (number !== index + 1) flaws.push({ event: number, what: `event ${index + 1} is missing or out of order` });
    if (!hasOwnAttributes(event))
      flaws.push({ event: number, what: 'the type of the event does not go with what it holds' });
    const next = events[index + 1];
    if (event.workflowTaskStartedEventAttributes && next !== undefined && !endsTask(next)) {
      flaws.push({ event: number, what: 'a workflow task starts and has no end' });
    }
    return flaws;
  });
}

/** `EVENT_TYPE_TIMER_STARTED` holds `timerStartedEventAttributes`, and so on for all of them. */
function hasOwnAttributes(event: Event): boolean {
  const type = proto.temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? '';
  const words = type.replace('EVENT_TYPE_', '').toLowerCase().split('_');
  const member = words
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
  return Object.entries(event).some(
    ([name, value]) => name === `${member}EventAttributes` && value !== null && value !== undefined,
  );
}

function endsTask(event: Event): boolean {
  return Boolean(
    event.workflowTaskCompletedEventAttributes ??
    event.workflowTaskFailedEventAttributes ??
    event.workflowTaskTimedOutEventAttributes ??
    event.workflowExecutionTerminatedEventAttributes ??
    event.workflowExecutionTimedOutEventAttributes,
  );
}
