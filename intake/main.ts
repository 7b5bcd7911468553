import type { Client } from '@temporalio/client';
import type { Configuration } from '../runtime/configuration.ts';
import { messageOf } from '../runtime/errors.ts';
import { createLogger, type Logger } from '../runtime/logger.ts';
import { patientClient, temporalOptions } from '../runtime/temporal.ts';
import { intakeFolders } from '../runtime/archive-index.ts';
import { readRoleKey } from '../runtime/first-trust.ts';
import { sccParents } from '../runtime/scc-parents.ts';
import { createWaits, pauseUnlessAborted } from '../runtime/waiting.ts';
import { type Counters, createCounters } from './counters.ts';
import { handleMessage, type HandledMessage } from './handle-message.ts';
import { handlingTools } from './handling-tools.ts';
import { pubsubClient } from './pubsub-client.ts';
import { runSubscriber } from './subscriber.ts';
import { createSweep } from './sweep.ts';

/** Counts are logged at most that often, milliseconds. */
const countsInterval = 5_000;

/**
 * Runs intake until the signal aborts: waits for Temporal, pulls notifications, makes each a durable case, and ends with what is in hand
 * (within 10 s). Logs JSON lines to stderr.
 */
export async function runIntake(configuration: Configuration, signal: AbortSignal): Promise<void> {
  const logger = createLogger('intake', configuration.logLevel);
  // Who cannot sign does not begin.
  sccParents(configuration);
  await readRoleKey(configuration.paths, 'intake');
  const { connection, namespace } = temporalOptions(configuration);
  const { address } = connection;
  // Waiting is the gate's.
  const client = patientClient(configuration, 'intake');
  const pubsub = pubsubClient(configuration.google);
  const counters = createCounters();
  const stopLogging = logCounts(counters, logger);
  try {
    const tools = handlingTools(configuration, client);
    await waitForTemporal(client, logger, signal);
    if (!signal.aborted)
      logger.info({ subscription: configuration.subscription, temporal: address, namespace }, 'pulling');
    const sweep = createSweep({
      tools,
      folder: intakeFolders(configuration.paths.archiveIndex).opened,
      warn: (about, text) => logger.warn(about, text),
      signal,
    });
    await Promise.all([
      sweepUntilAborted(sweep, configuration.sweepSeconds * 1000, logger, signal),
      runSubscriber({
        pubsub,
        subscription: configuration.subscription,
        logger,
        signal,
        probe: () => probeTemporal(client),
        async handle(message) {
          const handled = await handleMessage(message, tools);
          counters.count(handled);
          logHandled(logger, message.id, handled);
        },
      }),
    ]);
  } finally {
    stopLogging();
    await pubsub.close();
    await client.connection.close();
  }
  logger.info(counters.counts(), 'ended');
}

/** What fails is tried again the next time. */
async function sweepUntilAborted(
  sweep: () => Promise<void>,
  every: number,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pauseUnlessAborted(every, signal);
    if (signal.aborted) return;
    try {
      await sweep();
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'cannot look for cases that ended in Temporal; trying again');
    }
  }
}

/** Throws, within 5 s, while Temporal does not answer for the namespace. */
async function probeTemporal(client: Client): Promise<void> {
  const { namespace } = client.options;
  await client.withDeadline(Date.now() + 5_000, () => client.workflowService.describeNamespace({ namespace }));
}

async function waitForTemporal(client: Client, logger: Logger, signal: AbortSignal): Promise<void> {
  const waits = createWaits({ first: 250, most: 5_000 });
  while (!signal.aborted) {
    try {
      await probeTemporal(client);
      return;
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'waiting for Temporal');
    }
    await waits.wait(signal);
  }
}

function logHandled(logger: Logger, messageId: string, { deliveries, notOurs, deadLetter }: HandledMessage): void {
  for (const { outcome, caseId, run } of deliveries) logger.debug({ messageId, case: caseId, run }, outcome);
  if (notOurs.length > 0) logger.debug({ messageId, findings: notOurs.length }, 'not ours');
  // The reason quotes what was received: it stays with the dead letter.
  if (deadLetter !== undefined) {
    logger.warn(
      { messageId, ...deadLetter },
      'dead letter: look at it with firebreak dead-letters show, then retry it',
    );
  }
}

function logCounts(counters: Counters, logger: Logger): () => void {
  let logged = 0;
  const timer = setInterval(() => {
    const counts = counters.counts();
    if (counts.messages > logged) logger.info(counts, 'counts');
    logged = counts.messages;
  }, countsInterval);
  return () => clearInterval(timer);
}
