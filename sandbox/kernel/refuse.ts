import { status } from '@grpc/grpc-js';
import { StatusError } from './service.ts';

/** A request that the real system would refuse too, or that the sandbox does not know: the message names what is wrong. */
export function invalidArgument(message: string): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, message);
}

/** Something that does not exist in the sandbox. */
export function notFound(message: string): StatusError {
  return new StatusError(status.NOT_FOUND, message);
}

/** A quota that is used up. */
export function resourceExhausted(message: string): StatusError {
  return new StatusError(status.RESOURCE_EXHAUSTED, message);
}
