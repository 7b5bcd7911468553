import { ApplicationFailure } from '@temporalio/common';

/** Two clocks that are right differ by less, milliseconds. */
export const clockTolerance = 600_000;

/**
 * Throws, for good, where a window (RFC 3339 UTC) begins later than it is by this machine's clock, by more than `tolerance` milliseconds: nothing
 * can be found in it, and that would be taken for silence.
 */
export function refuseFuture(what: string, from: string, tolerance = 0): void {
  const now = Date.now();
  if (!(Date.parse(from) > now + tolerance)) return;
  throw ApplicationFailure.nonRetryable(
    `there cannot be any ${what} from ${from} on: by this machine’s clock it is ${new Date(now).toISOString()}. The clock or the finding’s times are wrong: compare the clock with another one`,
    'future',
  );
}
