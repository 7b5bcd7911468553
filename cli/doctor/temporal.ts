import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { searchAttributes } from '../../model/temporal-names.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { temporalOptions } from '../../runtime/temporal.ts';
import { withClient } from '../cases/with-client.ts';
import { type Check, fail, ok, warn } from './check.ts';

const { IndexedValueType, TaskQueueType } = proto.temporal.api.enums.v1;
const goodRetentionDays = 7;
const patience = 10_000;

/** Temporal: whether it answers, keeps closed runs long enough, knows the search attributes, and has workers on every queue. */
export async function checkTemporal(configuration: Configuration): Promise<Check[]> {
  try {
    return await withClient(configuration, (client) =>
      client.withDeadline(Date.now() + patience, async () => [
        await checkServer(client, configuration),
        await checkSearchAttributes(client),
        await checkWorkers(client, configuration),
      ]),
    );
  } catch (error) {
    return error instanceof UserError
      ? [fail('temporal', error.message, 'Start it with: npm start')]
      : [
          fail(
            'temporal',
            `it does not answer as it should: ${messageOf(error)}`,
            'See its log in the state folder’s logs.',
          ),
        ];
  }
}

/** The server, and how long its namespace keeps what ended. */
export async function checkServer(client: Client, configuration: Configuration): Promise<Check> {
  const { namespace } = client.options;
  const { serverVersion } = await client.workflowService.getSystemInfo({});
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
  const what = `server ${serverVersion} at ${temporalOptions(configuration).connection.address}, namespace ${namespace}, keeps ended cases for ${days} days`;
  return days >= goodRetentionDays
    ? ok('temporal', what)
    : warn('temporal', what, 'Give the namespace a longer retention: 30 days are usual.');
}

/** Whether the namespace has the search attributes of cases. */
export async function checkSearchAttributes(client: Client): Promise<Check> {
  const { namespace } = client.options;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  const wrong = Object.entries(searchAttributes).filter(([name, type]) => {
    const known = customAttributes[name];
    return known === undefined || IndexedValueType[known] !== `INDEXED_VALUE_TYPE_${type.toUpperCase()}`;
  });
  if (wrong.length === 0) return ok('search attributes', Object.keys(searchAttributes).join(', '));
  const options = wrong.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
  return fail(
    'search attributes',
    `missing or of another type: ${wrong.map(([name]) => name).join(', ')}`,
    `Make them: temporal operator search-attribute create ${options}`,
  );
}

async function checkWorkers(client: Client, { taskQueuePrefix, rails }: Configuration): Promise<Check> {
  const { namespace } = client.options;
  const queues = taskQueues(taskQueuePrefix);
  const wanted = [
    [queues.cases, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW],
    ...[queues.observe, queues.logging, queues.virustotal, ...rails.responders.map((role) => queues[role])].map(
      (name) => [name, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY] as const,
    ),
  ] as const;
  const idle: string[] = [];
  for (const [name, taskQueueType] of wanted) {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType,
    });
    if (pollers.length === 0) idle.push(name);
  }
  if (idle.length === 0) return ok('workers', `one or more on each of ${wanted.length} task queues`);
  const todo =
    'Start the system with npm start, or a worker alone: npx firebreak worker. What a worker said is in the state folder’s logs.';
  return fail('workers', `nobody serves ${idle.join(', ')}`, todo);
}
