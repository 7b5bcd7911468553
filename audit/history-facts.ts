import type { temporal } from '@temporalio/proto';
import { milliseconds } from './milliseconds.ts';
import { plainFailure, plainAttributes, plainFields, plainPayload, plainPayloads } from './plain-payloads.ts';
import { Facts } from './replay-facts.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

/** The marker that Temporal's core keeps a local activity's outcome in. It holds no arguments. */
const localActivityMarker = 'core_local_activity';
/** Upserted by Temporal's core beside the marker of `patched`, never by workflow code. */
const patchAttribute = 'TemporalChangeVersion';

/** Turns a history into facts: the content of every event that is a command of the workflow's code. */
export function historyFacts(events: readonly Event[]): Facts {
  const facts = new Facts();
  /** Updates by the event that accepted them. */
  const updates = new Map<string, string>();
  for (const event of events) addFact(facts, updates, event);
  return facts;
}

function addFact(facts: Facts, updates: Map<string, string>, event: Event): void {
  const at = Number(event.eventId);
  if (event.timerStartedEventAttributes) {
    const { timerId, startToFireTimeout } = event.timerStartedEventAttributes;
    facts.add(`timer ${timerId}`, {
      label: `timer ${timerId}`,
      event: at,
      content: { milliseconds: milliseconds(startToFireTimeout) },
    });
  } else if (event.activityTaskScheduledEventAttributes) {
    const { activityId, activityType, taskQueue, input } = event.activityTaskScheduledEventAttributes;
    const type = activityType?.name ?? '';
    const content = { type, taskQueue: taskQueue?.name ?? '', arguments: plainPayloads(input?.payloads) };
    facts.add(`activity ${activityId}`, { label: `activity ${activityId} (${type})`, event: at, content });
  } else if (event.markerRecordedEventAttributes?.markerName === localActivityMarker) {
    const { seq, type } = localActivityOf(event.markerRecordedEventAttributes);
    facts.add(`local activity ${seq}`, { label: `local activity ${seq} (${type})`, event: at, content: { type } });
  } else if (event.workflowExecutionUpdateAcceptedEventAttributes) {
    const { protocolInstanceId, acceptedRequest } = event.workflowExecutionUpdateAcceptedEventAttributes;
    const instance = protocolInstanceId ?? '';
    updates.set(String(event.eventId), instance);
    facts.add(`update ${instance} accepted`, {
      label: `update ${instance} accepted`,
      event: at,
      content: { id: acceptedRequest?.meta?.updateId ?? '' },
    });
  } else if (event.workflowExecutionUpdateCompletedEventAttributes) {
    const { acceptedEventId, meta, outcome } = event.workflowExecutionUpdateCompletedEventAttributes;
    const id = meta?.updateId ?? '';
    const instance = updates.get(String(acceptedEventId)) ?? id;
    const plain = outcome?.failure
      ? { failure: plainFailure(outcome.failure) }
      : { result: onlyOne(plainPayloads(outcome?.success?.payloads)) };
    facts.add(`update ${instance} outcome`, {
      label: `update ${instance}`,
      event: at,
      content: { id, outcome: plain },
    });
  } else if (event.upsertWorkflowSearchAttributesEventAttributes) {
    const values = plainAttributes(event.upsertWorkflowSearchAttributesEventAttributes.searchAttributes?.indexedFields);
    if (Object.keys(values).some((name) => name !== patchAttribute)) facts.addNext('search attributes', at, { values });
  } else if (event.workflowPropertiesModifiedEventAttributes) {
    facts.addNext('memo', at, {
      values: plainFields(event.workflowPropertiesModifiedEventAttributes.upsertedMemo?.fields),
    });
  } else if (!addForOthers(facts, event, at)) {
    addEnd(facts, event, at);
  }
}

/** What is asked of other workflows. False where the event is none of these. */
function addForOthers(facts: Facts, event: Event, at: number): boolean {
  const {
    signalExternalWorkflowExecutionInitiatedEventAttributes: signal,
    requestCancelExternalWorkflowExecutionInitiatedEventAttributes: cancel,
    startChildWorkflowExecutionInitiatedEventAttributes: child,
  } = event;
  if (signal) {
    const { workflowExecution, signalName, input } = signal;
    const content = {
      to: workflowExecution?.workflowId,
      signal: signalName,
      arguments: plainPayloads(input?.payloads),
    };
    facts.addNext('signal to a workflow', at, content);
  } else if (cancel) {
    facts.addNext('cancellation of a workflow', at, { of: cancel.workflowExecution?.workflowId });
  } else if (child) {
    const { workflowId, workflowType, input } = child;
    const content = { id: workflowId, type: workflowType?.name, arguments: plainPayloads(input?.payloads) };
    facts.addNext('child workflow', at, content);
  }
  return Boolean(signal ?? cancel ?? child);
}

function addEnd(facts: Facts, event: Event, at: number): void {
  const end = (content: Record<string, unknown>): void =>
    facts.add('end', { label: 'end of the run', event: at, content });
  if (event.workflowExecutionCompletedEventAttributes) {
    end({ result: onlyOne(plainPayloads(event.workflowExecutionCompletedEventAttributes.result?.payloads)) });
  } else if (event.workflowExecutionFailedEventAttributes) {
    end({ failure: plainFailure(event.workflowExecutionFailedEventAttributes.failure) });
  } else if (event.workflowExecutionCanceledEventAttributes) {
    end({ cancelled: true });
  } else if (event.workflowExecutionContinuedAsNewEventAttributes) {
    const { workflowType, input } = event.workflowExecutionContinuedAsNewEventAttributes;
    end({ continuesAs: workflowType?.name ?? '', arguments: plainPayloads(input?.payloads) });
  }
}

/** Workflow code answers one value; more than one was put there by someone else, and shows. */
function onlyOne(values: readonly unknown[]): unknown {
  return values.length <= 1 ? (values[0] ?? null) : values;
}

function localActivityOf({ details }: temporal.api.history.v1.IMarkerRecordedEventAttributes): {
  seq: string;
  type: string;
} {
  const [payload] = details?.['data']?.payloads ?? [];
  const data: unknown = payload === undefined ? undefined : plainPayload(payload);
  if (typeof data !== 'object' || data === null) return { seq: 'without a number', type: '' };
  return {
    seq: 'seq' in data ? String(data.seq) : '',
    type: 'activity_type' in data ? String(data.activity_type) : '',
  };
}
