import { MockActivityEnvironment } from '@temporalio/testing';
import { defaultPayloadConverter } from '@temporalio/common';
import { encodeErrorToFailure } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type proto from '@temporalio/proto';
import { DefaultLogger } from '@temporalio/worker';
import { isJsonObject } from '../../../model/json.ts';
import type { WorkerRole } from '../../../runtime/task-queues.ts';
import { servingsOf } from '../../../worker/roles.ts';
import type { System } from '../../support/system.ts';
import { payloadOf } from './commands.ts';
import { polling } from './polling.ts';

type Task = proto.temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse;
type Activity = (...args: unknown[]) => Promise<unknown>;

/** What is answered in place of a genuine answer. */
export type Alter = (activity: string, answer: unknown, workflowId: string) => unknown;

/** What is signed keeps its signature, which is then another value's. */
function altered(answer: unknown, change: (value: unknown) => unknown): unknown {
  const isSealed = isJsonObject(answer) && 'seal' in answer;
  return isSealed ? { ...answer, value: change(answer['value']) } : change(answer);
}

/** Several of them, so that what takes long holds up nothing. */
const pollers = 4;

/**
 * Somebody who serves the queues of a role, in place of its worker: answers what that would answer, altered as he likes. What is signed in it he
 * cannot sign.
 */
export async function foreignRole({ client, configuration }: System, role: WorkerRole, alter: Alter) {
  const { namespace, loadedDataConverter } = client.options;
  const { workflowService } = client;
  const ended = new AbortController();
  const servings = await servingsOf(role, configuration);

  async function handle(activities: object, queue: string, task: Task): Promise<void> {
    const taskToken = task.taskToken ?? new Uint8Array();
    if (taskToken.length === 0) return;
    const name = task.activityType?.name ?? '';
    const { workflowId, runId } = task.workflowExecution ?? {};
    const milliseconds = (at: proto.google.protobuf.ITimestamp | null | undefined) => Number(at?.seconds ?? 0) * 1_000;
    const environment = new MockActivityEnvironment(
      {
        attempt: task.attempt ?? 1,
        taskQueue: queue,
        workflowExecution: { workflowId: workflowId ?? '', runId: runId ?? '' },
        scheduledTimestampMs: milliseconds(task.scheduledTime),
        scheduleToCloseTimeoutMs: milliseconds(task.scheduleToCloseTimeout),
      },
      { client, logger: new DefaultLogger('ERROR', () => {}) },
    );
    try {
      const activity = (activities as Record<string, Activity>)[name];
      if (activity === undefined) throw new Error(`no activity ${name}`);
      const args = (task.input?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload));
      const answer = altered(await environment.run(activity, ...args), (value) => alter(name, value, workflowId ?? ''));
      const result = { payloads: [payloadOf(answer)] };
      await workflowService.respondActivityTaskCompleted({ namespace, taskToken, result });
    } catch (error) {
      const failure = await encodeErrorToFailure(loadedDataConverter, error);
      await workflowService.respondActivityTaskFailed({ namespace, taskToken, failure });
    }
  }

  const serving = servings.flatMap(({ activities, taskQueue: name }) =>
    Array.from({ length: pollers }, () =>
      polling(
        client,
        ended.signal,
        () => workflowService.pollActivityTaskQueue({ namespace, taskQueue: { name }, identity: 'somebody' }),
        (task) => handle(activities, name, task),
      ),
    ),
  );

  return {
    async stop(): Promise<void> {
      ended.abort();
      await Promise.all(serving);
      await Promise.all(servings.map(({ close }) => close()));
    },
  };
}
