import { status } from '@grpc/grpc-js';
import { ApplicationFailure } from '@temporalio/common';
import { messageOf, FirebreakError } from '../runtime/errors.ts';

/** gRPC codes after which the same call may succeed. All others stay as they are. */
const passing: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
  status.INTERNAL,
  status.UNAVAILABLE,
]);

/** The gRPC status code of what a Google client threw, if it is one. */
export function grpcCode(error: unknown): number | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** An action asks for what cannot be done, by the code that Google would answer: no retry makes it possible. */
export class NotPossible extends FirebreakError {
  readonly code = status.INVALID_ARGUMENT;
}

/** True where the same call may succeed later. */
export function isPassing(error: unknown): boolean {
  const code = grpcCode(error);
  return code === undefined || passing.has(code);
}

/**
 * Turns what a Google client threw into a failure that Temporal retries or not. A quota that is used up is tried again after
 * `quotaSeconds`, since Google sends no Retry-After. The error itself goes no further: it may quote what must not be kept.
 */
export function googleFailure(what: string, error: unknown, quotaSeconds = 15): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const code = grpcCode(error);
  const name = code === undefined ? 'no status' : (status[code] ?? String(code));
  const message = `${what}: ${name}: ${messageOf(error)}`;
  return ApplicationFailure.create({
    message: message.slice(0, 500),
    type: `google.${name}`,
    nonRetryable: !isPassing(error),
    ...(code === status.RESOURCE_EXHAUSTED && { nextRetryDelay: `${quotaSeconds}s` as const }),
  });
}
