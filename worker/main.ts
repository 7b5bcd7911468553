import { hostname } from 'node:os';
import { DefaultLogger, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Configuration } from '../runtime/configuration.ts';
import { responderRoles } from '../model/plan.ts';
import { UserError } from '../runtime/errors.ts';
import { createLogger, type Logger } from '../runtime/logger.ts';
import type { WorkerRole } from '../runtime/task-queues.ts';
import { connectWorker } from '../runtime/temporal.ts';
import { runArchive } from '../archive/run-archive.ts';
import { workflowBundle } from './bundle.ts';
import { heartbeats } from './heartbeats.ts';
import { type Serving, servingsOf } from './roles.ts';

/** Finishes what is in hand within this after a signal to stop; heartbeats tell the rest to another worker. */
const graceTime = '15 seconds';
/** Cached workflows cost memory, evicted ones a replay. */
const cachedWorkflows = 500;

/** Runs the given roles until the signal aborts. Waits for the server where it is not up yet. */
export async function runWorker(
  configuration: Configuration,
  roles: readonly WorkerRole[],
  signal: AbortSignal,
): Promise<void> {
  assertApart(configuration, roles);
  assertOwnKnown(configuration, roles);
  const serving = roles.filter((role) => role !== 'archive');
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const parts = [
    ...(serving.length > 0 ? [serveQueues(configuration, serving, both)] : []),
    ...(roles.includes('archive') ? [runArchive(configuration, both)] : []),
  ];
  await allOrNone(parts, () => ended.abort());
}

/** Runs the workers of the roles that serve task queues. */
async function serveQueues(
  configuration: Configuration,
  roles: readonly WorkerRole[],
  signal: AbortSignal,
): Promise<void> {
  const logger = createLogger('worker', configuration.logLevel);
  // Before anything that keeps the process: what is missing or damaged is said at once.
  const servings = (await Promise.all(roles.map((role) => servingsOf(role, configuration)))).flat();
  installRuntime(logger);
  const [bundle, { connection, namespace }] = await Promise.all([
    roles.includes('cases') ? workflowBundle() : undefined,
    connectWorker(configuration, (reason) => logger.warn({ reason }, 'waiting for the Temporal server'), signal),
  ]);
  try {
    const workers = await Promise.all(
      servings.map((serving) => createWorker(serving, connection, namespace, roles, bundle)),
    );
    logger.info(
      { roles, taskQueues: servings.map(({ taskQueue }) => taskQueue), build: bundle?.buildId.slice(0, 12) },
      'working',
    );
    await runUntil(workers, signal);
  } finally {
    await Promise.all(servings.map(({ close }) => close()));
    await connection.close();
  }
}

/**
 * Who may change something shares its identity with nobody: outside the sandbox such a role has a process of its own. Throws UserError where it
 * has not. In the sandbox each role connects to a port of its own instead.
 */
export function assertApart({ sandbox }: Pick<Configuration, 'sandbox'>, roles: readonly WorkerRole[]): void {
  const changing = responderRoles.filter((role) => roles.includes(role));
  if (sandbox !== undefined || roles.length < 2 || changing.length === 0) return;
  const commands = roles.map((role) => `firebreak worker --role ${role}`).join(', ');
  throw new UserError(
    `the role ${changing.join(' and ')} changes something in Google Cloud and shares a process with no other role (asked for: ${roles.join(', ')}). ` +
      `Start one process a role, each with a service account of its own: ${commands}`,
    2,
  );
}

/**
 * The engine never acts on itself: a role that changes something must have been told what the engine runs as. Throws UserError where it has not.
 * In the sandbox there is nothing that the engine runs as.
 */
export function assertOwnKnown(
  { ownResourcesTold, sandbox }: Pick<Configuration, 'ownResourcesTold' | 'sandbox'>,
  roles: readonly WorkerRole[],
): void {
  const changing = responderRoles.filter((role) => roles.includes(role));
  if (sandbox !== undefined || changing.length === 0 || ownResourcesTold) return;
  throw new UserError(
    `the role ${changing.join(' and ')} has to know what Firebreak itself runs as on Cloud Run, since it never changes that: set ` +
      'FIREBREAK_OWN_RESOURCES=projects/P/locations/L/services/S,… with every service, job, worker pool and instance of the engine; where it does not run ' +
      'on Cloud Run, name the project that it runs in: FIREBREAK_OWN_RESOURCES=projects/P',
    2,
  );
}

let installed = false;

/** The SDK's runtime is one a process, and made before the first worker. */
function installRuntime(logger: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      logger[level === 'ERROR' ? 'error' : 'warn'](meta ?? {}, message),
    ),
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
    shutdownSignals: [],
  });
}

function createWorker(
  { taskQueue, activities, workflows, concurrency }: Serving,
  connection: NativeConnection,
  namespace: string,
  roles: readonly WorkerRole[],
  bundle: { readonly code: string; readonly buildId: string } | undefined,
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    identity: `firebreak ${roles.join('+')} ${process.pid}@${hostname()}`,
    shutdownGraceTime: graceTime,
    shutdownForceTime: '30 seconds',
    maxConcurrentActivityTaskExecutions: concurrency,
    interceptors: { activity: [(context) => ({ inbound: heartbeats(context) })] },
    activityTaskPollerBehavior: { type: 'autoscaling' },
    ...(workflows &&
      bundle !== undefined && {
        workflowBundle: { code: bundle.code },
        buildId: bundle.buildId,
        maxCachedWorkflows: cachedWorkflows,
        workflowTaskPollerBehavior: { type: 'autoscaling' as const },
      }),
  });
}

/** All workers run until the signal; when one of them fails, the others are stopped and the failure is thrown. */
async function runUntil(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) setTimeout(stop, 0);
  await allOrNone(
    workers.map((worker) => worker.run()),
    stop,
  );
}

/** Waits for all; when one of them ends, the others are stopped, and where it failed, that is thrown. */
async function allOrNone(parts: readonly Promise<void>[], stop: () => void): Promise<void> {
  const outcomes = await Promise.allSettled(parts.map((part) => part.finally(stop)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
