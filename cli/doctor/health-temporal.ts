import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { type TaskQueues, taskQueues, type WorkerRole } from '../../runtime/task-queues.ts';
import { connectClient } from '../../runtime/temporal.ts';

const { TASK_QUEUE_TYPE_ACTIVITY, TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;

/** Milliseconds for all calls of one check together. */
const patience = 3_000;

/** Milliseconds since a worker last asked for work; a poll that finds none lasts a minute. */
const longestSilence = 150_000;

/** Throws where Temporal does not answer for the namespace. */
export async function checkNamespace(configuration: Configuration): Promise<void> {
  await asking(configuration, async ({ workflowService, options: { namespace } }) => {
    await workflowService.describeNamespace({ namespace });
  });
}

/** Throws UserError where Temporal does not hear a worker of this container on every task queue of those roles. */
export async function checkPollers(configuration: Configuration, roles: readonly WorkerRole[]): Promise<void> {
  const queues = taskQueues(configuration.taskQueuePrefix);
  const names = roles.flatMap((role) => queuesOf(role, queues));
  await asking(configuration, async (client) => {
    const heard = await Promise.all(names.map((name) => isPolledFromHere(client, name, name === queues.cases)));
    const silent = names.filter((_, index) => heard[index] !== true);
    if (silent.length > 0) throw new UserError(`no worker of ${hostname()} asks for work on ${silent.join(', ')}`);
  });
}

function queuesOf(role: WorkerRole, queues: TaskQueues): string[] {
  if (role === 'archive') return [];
  return role === 'observe' ? [queues.observe, queues.logging] : [queues[role]];
}

async function asking(configuration: Configuration, ask: (client: Client) => Promise<void>): Promise<void> {
  const client = await connectClient(configuration);
  try {
    await client.withDeadline(Date.now() + patience, () => ask(client));
  } finally {
    await client.connection.close();
  }
}

async function isPolledFromHere(client: Client, name: string, workflows: boolean): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType: workflows ? TASK_QUEUE_TYPE_WORKFLOW : TASK_QUEUE_TYPE_ACTIVITY,
  });
  // Every container has a host name of its own, and a worker's identity ends in it.
  return pollers.some(
    ({ identity, lastAccessTime }) =>
      identity?.endsWith(`@${hostname()}`) === true &&
      Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < longestSilence,
  );
}
