import type { Configuration } from '../runtime/configuration.ts';
import { codeOf, messageOf } from '../runtime/errors.ts';
import { folderHistories } from '../runtime/kept-histories.ts';
import { createLogger, type Logger } from '../runtime/logger.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { patientClient } from '../runtime/temporal.ts';
import { pauseUnlessAborted, createWaits } from '../runtime/waiting.ts';
import { createArchiver } from './archiver.ts';

/**
 * Runs the archive until the signal aborts: keeps the history of each closed case, so that it can be replayed when Temporal has forgotten it. It
 * only reads from Temporal. What goes wrong is logged once, waited out and tried again. Logs JSON lines to stderr.
 */
export async function runArchive(configuration: Configuration, signal: AbortSignal): Promise<void> {
  const { folder, everySeconds } = configuration.archive;
  const logger = createLogger('archive', configuration.logLevel);
  const client = patientClient(configuration, 'archive');
  const taskQueue = taskQueues(configuration.taskQueuePrefix).cases;
  const archiver = createArchiver({ client, histories: folderHistories(folder), taskQueue, logger });
  const every = everySeconds * 1_000;
  const waits = createWaits({ first: Math.min(1_000, every), most: every });
  const trouble = troubleLog(logger);
  logger.info({ folder, everySeconds, taskQueue }, 'archiving');
  try {
    while (!signal.aborted) {
      try {
        await archiver.look(signal);
        trouble.over();
        waits.restart();
        await pauseUnlessAborted(every, signal);
      } catch (error) {
        if (signal.aborted) break;
        trouble.log(error);
        await waits.wait(signal);
      }
    }
  } finally {
    await client.connection.close();
  }
}

/** Says once what goes wrong, and when it is over. */
function troubleLog(logger: Logger) {
  let said: string | undefined;
  return {
    log(error: unknown): void {
      const code = codeOf(error);
      // gRPC's codes are numbers, those of the file system texts.
      const temporal = typeof code === 'number';
      const what = temporal ? 'temporal' : (code ?? messageOf(error));
      if (said === what) return;
      said = what;
      if (temporal) logger.warn({ error: messageOf(error) }, 'waiting for Temporal');
      else logger.error({ error: messageOf(error) }, 'histories cannot be kept; trying again');
    },
    over(): void {
      if (said !== undefined) logger.info('archiving again');
      said = undefined;
    },
  };
}
