import type { Client } from '@temporalio/client';
import { fetchHistoryText, NoSuchHistoryError } from '../audit/fetch-history.ts';
import type { ClosedRun, KeptHistories } from '../runtime/kept-histories.ts';
import type { Logger } from '../runtime/logger.ts';
import { closedRuns } from './closed-runs.ts';

/** Milliseconds before the last run that was seen to close: so late a run may come into Temporal's list. */
const margin = 3_600_000;

/** Milliseconds after which all that Temporal has is looked through again, for what came later still, or with a clock that was wrong. */
const wholeListAfter = 86_400_000;

/** How long Temporal may take for one history, milliseconds. */
const patience = 60_000;

export interface ArchiverTools {
  readonly client: Client;
  readonly histories: KeptHistories;
  /** The queue that the cases of this system are served on. */
  readonly taskQueue: string;
  readonly logger: Logger;
}

/** Keeps the histories of closed cases, at each look those that it has not kept yet. */
export function createArchiver({ client, histories, taskQueue, logger }: ArchiverTools) {
  /** Run ids. */
  let kept: Set<string> | undefined;
  /** What is not kept yet, by run id. What failed goes behind the others, so that it holds up none of them. */
  const missing = new Map<string, ClosedRun>();
  /** When the last of the listed runs closed, and when the whole list was read; milliseconds since the epoch. */
  let lastClosed = 0;
  let wholeListAt = 0;

  async function list(known: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const whole = Math.abs(now - wholeListAt) > wholeListAfter;
    const since = whole ? 0 : Math.max(0, lastClosed - margin);
    let last = lastClosed;
    for await (const page of closedRuns(client, { taskQueue, since }, signal)) {
      for (const closed of page) {
        // A run of the future, by a clock that was wrong, must not hide those of today.
        last = Math.max(last, Math.min(closed.closedAt, now));
        if (!known.has(closed.run)) missing.set(closed.run, closed);
      }
    }
    lastClosed = last;
    if (whole) wholeListAt = now;
  }

  async function keep(closed: ClosedRun, signal: AbortSignal): Promise<void> {
    // Another archive worker may have been faster.
    if (await histories.has(closed)) return;
    const history = await client.withDeadline(Date.now() + patience, () =>
      client.withAbortSignal(signal, () => fetchHistoryText(client, closed.case, closed.run)),
    );
    await histories.put(closed, history);
    logger.info({ case: closed.case, run: closed.run }, 'kept');
  }

  return {
    /** Looks once. Throws at the first run that cannot be kept; the next look goes on with the others. */
    async look(signal: AbortSignal): Promise<void> {
      kept ??= new Set(await histories.runs());
      await list(kept, signal);
      for (const closed of missing.values()) {
        if (signal.aborted) return;
        missing.delete(closed.run);
        try {
          await keep(closed, signal);
        } catch (error) {
          if (!(error instanceof NoSuchHistoryError)) {
            missing.set(closed.run, closed);
            throw error;
          }
          logger.warn(
            { case: closed.case, run: closed.run },
            'lost: Temporal has forgotten the run before it was kept',
          );
        }
        kept.add(closed.run);
      }
    },
  };
}
