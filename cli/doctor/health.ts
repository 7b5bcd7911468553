import { hostname } from 'node:os';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { type TaskQueues, taskQueues, workerRoles, type WorkerRole } from '../../runtime/task-queues.ts';
import { connectClient } from '../../runtime/temporal.ts';
import { askSandbox } from '../sandbox/control-api.ts';

const { TASK_QUEUE_TYPE_ACTIVITY, TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;

/** What runs in a container: a worker of one role or of all, or another process. */
export const processKinds = [...workerRoles, 'worker', 'intake', 'sandbox'] as const;
export type ProcessKind = (typeof processKinds)[number];

/** Milliseconds for all calls together. */
const patience = 2_000;

/** Milliseconds since a worker last asked for work; a poll that finds none lasts a minute. */
const longestSilence = 150_000;

/**
 * Says nothing where the process of that kind in this container works. A worker: Temporal hears it on each of its task queues. Intake:
 * Temporal answers for the namespace, without which it does not pull. The sandbox: it answers. Throws UserError with what does not work.
 */
export async function checkHealth(configuration: Configuration, kind: ProcessKind): Promise<void> {
  if (kind === 'sandbox') {
    if (configuration.sandbox === undefined) throw new UserError('FIREBREAK_SANDBOX is not set', 2);
    await askSandbox(`${configuration.sandbox.host}:${configuration.sandbox.port}`, 'GET', '/health');
    return;
  }
  const client = await connectClient(configuration);
  try {
    await client.withDeadline(Date.now() + patience, async () => {
      if (kind === 'intake') await client.workflowService.describeNamespace({ namespace: client.options.namespace });
      else await checkPollers(client, taskQueues(configuration.taskQueuePrefix), kind === 'worker' ? workerRoles : [kind]);
    });
  } finally {
    await client.connection.close();
  }
}

async function checkPollers(client: Client, queues: TaskQueues, roles: readonly WorkerRole[]): Promise<void> {
  const names = roles.flatMap((role) => (role === 'observe' ? [queues.observe, queues.logging] : [queues[role]]));
  const silent = await Promise.all(names.map(async (name) => ((await isPolledFromHere(client, name, name === queues.cases)) ? [] : [name])));
  if (silent.flat().length > 0) throw new UserError(`no worker of ${hostname()} asks for work on ${silent.flat().join(', ')}`);
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
      identity?.endsWith(`@${hostname()}`) === true && Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < longestSilence,
  );
}
