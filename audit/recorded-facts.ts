import type { coresdk } from '@temporalio/proto';
import { milliseconds } from './milliseconds.ts';
import { plainFailure, plainAttributes, plainFields, plainPayload, plainPayloads } from './plain-payloads.ts';
import { Facts } from './replay-facts.ts';

type Command = coresdk.workflow_commands.IWorkflowCommand;

/** What the code asked for at replay. */
export interface Recorded {
  readonly facts: Facts;
  /** Keys of what the code cancelled: started and cancelled within one workflow task, it never reaches the history. */
  readonly cancelled: ReadonlySet<string>;
  /** Kinds of commands that nobody here can compare; empty for the workflows of this project. */
  readonly unknown: ReadonlySet<string>;
}

/** Commands without content of their own: stock replay checks that they are where they were. */
const bare: ReadonlySet<string> = new Set(['setPatchMarker', 'respondToQuery']);

/** Turns the commands of a replay into facts. */
export function recordedFacts(commands: readonly Command[]): Recorded {
  const facts = new Facts();
  const cancelled = new Set<string>();
  const unknown = new Set<string>();
  for (const command of commands) {
    const key = cancelledKey(command);
    if (key !== undefined) cancelled.add(key);
    else if (!addFact(facts, command)) {
      for (const kind of kindsOf(command)) if (!bare.has(kind)) unknown.add(kind);
    }
  }
  return { facts, cancelled, unknown };
}

function cancelledKey({ cancelTimer, requestCancelActivity, requestCancelLocalActivity }: Command): string | undefined {
  if (cancelTimer) return `timer ${cancelTimer.seq}`;
  if (requestCancelActivity) return `activity ${requestCancelActivity.seq}`;
  return requestCancelLocalActivity ? `local activity ${requestCancelLocalActivity.seq}` : undefined;
}

/** False where the command is of no kind that is compared. */
function addFact(facts: Facts, command: Command): boolean {
  const { startTimer, scheduleActivity, scheduleLocalActivity, updateResponse } = command;
  const { upsertWorkflowSearchAttributes: attributes, modifyWorkflowProperties: properties } = command;
  if (startTimer) {
    const key = `timer ${startTimer.seq}`;
    facts.add(key, { label: key, event: null, content: { milliseconds: milliseconds(startTimer.startToFireTimeout) } });
  } else if (scheduleActivity) {
    const { activityId, activityType: type, taskQueue, arguments: given } = scheduleActivity;
    const content = { type, taskQueue, arguments: plainPayloads(given) };
    facts.add(`activity ${activityId}`, { label: `activity ${activityId} (${type})`, event: null, content });
  } else if (scheduleLocalActivity) {
    const { seq, activityType: type } = scheduleLocalActivity;
    facts.add(`local activity ${seq}`, { label: `local activity ${seq} (${type})`, event: null, content: { type } });
  } else if (updateResponse) {
    addUpdate(facts, updateResponse);
  } else if (attributes) {
    facts.addNext('search attributes', null, { values: plainAttributes(attributes.searchAttributes?.indexedFields) });
  } else if (properties) {
    facts.addNext('memo', null, { values: plainFields(properties.upsertedMemo?.fields) });
  } else {
    return addForOthers(facts, command) || addEnd(facts, command);
  }
  return true;
}

/** What is asked of other workflows. */
function addForOthers(facts: Facts, command: Command): boolean {
  const {
    signalExternalWorkflowExecution: signal,
    requestCancelExternalWorkflowExecution: cancel,
    startChildWorkflowExecution: child,
  } = command;
  if (signal) {
    const { workflowExecution, signalName, args } = signal;
    const content = { to: workflowExecution?.workflowId, signal: signalName, arguments: plainPayloads(args) };
    facts.addNext('signal to a workflow', null, content);
  } else if (cancel) {
    facts.addNext('cancellation of a workflow', null, { of: cancel.workflowExecution?.workflowId });
  } else if (child) {
    const { workflowId, workflowType, input } = child;
    const content = { id: workflowId, type: workflowType, arguments: plainPayloads(input) };
    facts.addNext('child workflow', null, content);
  }
  return Boolean(signal ?? cancel ?? child);
}

function addUpdate(
  facts: Facts,
  { protocolInstanceId: id, accepted, rejected, completed }: coresdk.workflow_commands.IUpdateResponse,
): void {
  if (accepted) {
    facts.add(`update ${id} accepted`, { label: `update ${id} accepted`, event: null, content: { id } });
    return;
  }
  const outcome = rejected
    ? { failure: plainFailure(rejected) }
    : { result: completed ? plainPayload(completed) : null };
  facts.add(`update ${id} outcome`, { label: `update ${id}`, event: null, content: { id, outcome } });
}

function addEnd(facts: Facts, command: Command): boolean {
  const {
    completeWorkflowExecution: complete,
    failWorkflowExecution: fail,
    cancelWorkflowExecution,
    continueAsNewWorkflowExecution: next,
  } = command;
  const end = (content: Record<string, unknown>): true => {
    facts.add('end', { label: 'end of the run', event: null, content });
    return true;
  };
  if (complete) return end({ result: complete.result ? plainPayload(complete.result) : null });
  if (fail) return end({ failure: plainFailure(fail.failure) });
  if (cancelWorkflowExecution) return end({ cancelled: true });
  return next ? end({ continuesAs: next.workflowType, arguments: plainPayloads(next.arguments) }) : false;
}

/** The command's kind: its one member that is set, beside what describes it. */
function kindsOf(command: Command): string[] {
  const described = new Set(['userMetadata', 'eventGroupMarkers', 'variant']);
  return Object.entries(command).flatMap(([kind, value]) =>
    value === null || value === undefined || described.has(kind) ? [] : [kind],
  );
}
