import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Client } from '@temporalio/client';
import { codeOf } from '../../../runtime/errors.ts';

/** How long the server may keep a poller waiting, milliseconds: it wants to be told. */
const longest = 60_000;

/** Polls until the signal aborts, and hands on what comes. What is handled too late is the server’s to give out again. */
export async function polling<T>(
  client: Client,
  signal: AbortSignal,
  poll: () => Promise<T>,
  handle: (task: T) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const task = await client.withDeadline(Date.now() + longest, () => client.withAbortSignal(signal, poll));
      await handle(task);
    } catch (error) {
      if (signal.aborted || codeOf(error) === status.DEADLINE_EXCEEDED) continue;
      if (codeOf(error) !== status.NOT_FOUND) console.error(error);
      await pause(200);
    }
  }
}
