import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { steadily } from '../../faults/support/steadily.ts';
import { type Command, payloadOf, scheduleActivity } from './commands.ts';
import { polling } from './polling.ts';

const { QueryResultType } = proto.temporal.api.enums.v1;
const { Request } = proto.temporal.api.update.v1;
type Task = proto.temporal.api.workflowservice.v1.IPollWorkflowTaskQueueResponse;

/** Which run is meant; its newest where none is named. */
export interface Run {
  readonly id: string;
  readonly run?: string;
}

/** How an activity ended: its answer, or the message of its failure. */
export type Outcome = { readonly answer: unknown } | { readonly failure: string };

export type ForeignWorker = ReturnType<typeof foreignWorker>;

/** Somebody with nothing but a connection to Temporal, who serves a queue of workflows as he likes. */
export function foreignWorker(client: Client, queue: string) {
  const { namespace } = client.options;
  const { workflowService } = client;
  const ended = new AbortController();
  const orders = new Map<string, Command[]>();
  const views = new Map<string, unknown>();
  const heard: unknown[] = [];

  const serve = (): Promise<void> =>
    polling(
      client,
      ended.signal,
      () => workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: queue }, identity: 'somebody' }),
      async (task) => (task.taskToken?.length ? handle(task) : undefined),
    );

  async function handle({ taskToken, workflowExecution, query, queries, messages }: Task): Promise<void> {
    const id = workflowExecution?.workflowId ?? '';
    const answer = {
      resultType: QueryResultType.QUERY_RESULT_TYPE_ANSWERED,
      answer: { payloads: [payloadOf(views.get(id) ?? null)] },
    };
    if (query) {
      const { resultType: completedType, answer: queryResult } = answer;
      await workflowService.respondQueryTaskCompleted({ namespace, taskToken: taskToken!, completedType, queryResult });
      return;
    }
    // What people send as an update is read, and not answered.
    for (const { body } of messages ?? []) {
      if (!body?.type_url?.endsWith('Request') || !body.value) continue;
      const { input } = Request.decode(body.value);
      for (const payload of input?.args?.payloads ?? []) heard.push(defaultPayloadConverter.fromPayload(payload));
    }
    const commands = orders.get(id) ?? [];
    orders.delete(id);
    const queryResults = Object.fromEntries(Object.keys(queries ?? {}).map((name) => [name, answer]));
    await workflowService.respondWorkflowTaskCompleted({ namespace, taskToken: taskToken!, commands, queryResults });
  }

  async function order({ id, run }: Run, commands: Command[]): Promise<void> {
    orders.set(id, commands);
    await client.workflow.getHandle(id, run).signal('nudge');
  }

  const serving = [serve(), serve()];

  return {
    /** What people sent to the runs that are served here, as updates. */
    heard: (): readonly unknown[] => heard,
    /** Answers the query `case` of that workflow with anything. */
    show: (id: string, view: unknown) => void views.set(id, view),
    order,

    /** Starts a run under any id and of any type; its worker is this one. */
    async start(type: string, id: string, input: unknown = {}): Promise<Required<Run>> {
      const handle = await client.workflow.start(type, { workflowId: id, taskQueue: queue, args: [input] });
      return { id, run: handle.firstExecutionRunId };
    },

    /** Has the run schedule an activity, after other commands, and waits how it ends. */
    async schedule(
      run: Run,
      { activity, on, argument }: { readonly activity: string; readonly on: string; readonly argument: unknown },
      before: Command[] = [],
    ): Promise<Outcome> {
      const activityId = randomUUID();
      await order(run, [...before, scheduleActivity(activity, on, argument, activityId)]);
      return steadily(`${activity} ends in ${run.id}`, () => outcomeOf(client, run, activityId), 40_000);
    },

    async stop(): Promise<void> {
      ended.abort();
      await Promise.all(serving);
    },
  };
}

async function outcomeOf(client: Client, { id, run }: Run, activityId: string): Promise<Outcome | undefined> {
  const { events } = await client.workflow.getHandle(id, run).fetchHistory();
  const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes?.activityId === activityId);
  for (const event of scheduled ? (events ?? []) : []) {
    const { activityTaskCompletedEventAttributes: done, activityTaskFailedEventAttributes: failed } = event;
    const ended = done ?? failed ?? event.activityTaskTimedOutEventAttributes;
    if (String(ended?.scheduledEventId) !== String(scheduled?.eventId)) continue;
    const [payload] = done?.result?.payloads ?? [];
    if (payload) return { answer: defaultPayloadConverter.fromPayload(payload) };
    const failure = failed?.failure ?? event.activityTaskTimedOutEventAttributes?.failure;
    return { failure: failure?.cause?.message ?? failure?.message ?? '' };
  }
  return undefined;
}
