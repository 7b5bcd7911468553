import { status } from '@grpc/grpc-js';
import { codeOf, messageOf, TrustError } from '../runtime/errors.ts';
import { DeliveryUnsettledError } from './start-case.ts';

/** What the server says where a search attribute was never registered: no message's fault. */
const unregistered = /search attribute/i;

/** What gRPC throws, without a code, when a process ends while it delivers. */
const closedChannel = /channel has been (?:shut down|closed)/i;

/**
 * True for an error that other messages would meet as well (Temporal away or refusing us, disk full, a folder that cannot be written) or
 * that passes by itself: the message must stay. False for one that is this message's own: retrying it would stop all others for nothing.
 */
export function isOutage(error: unknown): boolean {
  // Without the roster nothing is known of any case: a failure, and no refusal.
  if (error instanceof TrustError) return true;
  if (error instanceof DeliveryUnsettledError || closedChannel.test(messageOf(error))) return true;
  const code = codeOf(error);
  if (code === status.INVALID_ARGUMENT) return unregistered.test(messageOf(error));
  // gRPC's codes are numbers (so are a DOMException's, from 1 to 25), those of the file system texts that begin with E.
  if (typeof code === 'number') return code > 0 && !(error instanceof DOMException);
  return typeof code === 'string' && /^E[A-Z]+$/.test(code);
}
