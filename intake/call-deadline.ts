import type { Client } from '@temporalio/client';

/** How long one call to Temporal may take, its retries included, in milliseconds. */
const callMilliseconds = 10_000;

/** Runs calls to Temporal so that they fail in the end, rather than wait for a server that is away. */
export function withCallDeadline<T>(client: Client, calls: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + callMilliseconds, calls);
}
