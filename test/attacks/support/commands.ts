import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter, defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { encodeUnifiedSearchAttributes } from '@temporalio/common/lib/converter/payload-search-attributes.js';
import proto from '@temporalio/proto';

const { CommandType } = proto.temporal.api.enums.v1;

/** What a workflow’s worker tells the server to do. */
export type Command = proto.temporal.api.command.v1.ICommand;

/** Any value as Temporal carries it. */
export const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);

/** How long an activity of an attacker may take, seconds: what is tried again and again ends then. */
export const patience = 15;

/** Any activity, on any queue, with any argument. `activityId` finds it again in the history. */
export function scheduleActivity(
  activity: string,
  queue: string,
  argument: unknown,
  activityId = randomUUID(),
): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
    scheduleActivityTaskCommandAttributes: {
      activityId,
      activityType: { name: activity },
      taskQueue: { name: queue },
      input: { payloads: [payloadOf(argument)] },
      scheduleToCloseTimeout: seconds(patience),
      scheduleToStartTimeout: seconds(patience),
      startToCloseTimeout: seconds(patience),
      heartbeatTimeout: seconds(patience),
      retryPolicy: { initialInterval: { nanos: 300_000_000 }, backoffCoefficient: 1 },
    },
  };
}

/** Takes back an activity that no worker has begun. */
export function cancelActivity(scheduledEventId: proto.temporal.api.history.v1.IHistoryEvent['eventId']): Command {
  return {
    commandType: CommandType.COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK,
    requestCancelActivityTaskCommandAttributes: { ...(scheduledEventId && { scheduledEventId }) },
  };
}

/** Ends the run as its own code would: what lists show, the memo, the result. */
export function endRun(state: string, memo: Readonly<Record<string, unknown>>, result: unknown): Command[] {
  const attributes = new TypedSearchAttributes([
    { key: defineSearchAttributeKey('CaseState', 'KEYWORD'), value: state },
  ]);
  const fields = Object.fromEntries(Object.entries(memo).map(([key, value]) => [key, payloadOf(value)]));
  return [
    {
      commandType: CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
      upsertWorkflowSearchAttributesCommandAttributes: {
        searchAttributes: { indexedFields: encodeUnifiedSearchAttributes(undefined, attributes) },
      },
    },
    {
      commandType: CommandType.COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES,
      modifyWorkflowPropertiesCommandAttributes: { upsertedMemo: { fields } },
    },
    {
      commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
      completeWorkflowExecutionCommandAttributes: { result: { payloads: [payloadOf(result)] } },
    },
  ];
}

/** So many, as Temporal’s requests say it. */
export function seconds(count: number): {
  seconds: ReturnType<typeof proto.google.protobuf.Duration.fromObject>['seconds'];
} {
  return { seconds: proto.google.protobuf.Duration.fromObject({ seconds: count }).seconds };
}
