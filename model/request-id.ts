import type { Observation } from './case.ts';
import { digestOf } from './digest.ts';

/**
 * sha256 over case, name, fingerprint, eventTime, state and mute: the same for every delivery of the same message, whoever delivers it. The
 * name counts, since SCC may have the finding by one of its names only.
 */
export function requestIdOf(
  caseId: string,
  { name, fingerprint, eventTime, state, mute }: Omit<Observation, 'document'>,
): string {
  return digestOf([caseId, name, fingerprint, eventTime, state, mute]);
}
