import type { RestNote } from '../model/archive-entry.ts';
import type { Observation } from '../model/case.ts';
import type { OwnFiles } from '../runtime/signed-files.ts';
import { isBefore, isUpTo } from './instants.ts';

/**
 * Notes that a finding whose case is closed was seen INACTIVE, so that its next activation opens the case again though it says the same. It is
 * intake's own word, in a file of its own: the entry in the index is observe's. One from before the closed run's watermark is an old one,
 * delivered late: not noted. Answers the eventTime of the latest INACTIVE known since this run closed.
 *
 * Two processes that write the same note at once: the last one stays, and either is right.
 */
export async function noteInactive(
  rests: OwnFiles<RestNote>,
  caseId: string,
  { eventTime, state }: Observation,
  { run, watermark }: { readonly run: string; readonly watermark?: string },
): Promise<string | undefined> {
  const note = await rests.read(caseId);
  const known = note?.run === run ? note.inactiveSeen : undefined;
  if (state !== 'INACTIVE' || isBefore(eventTime, watermark) || isUpTo(eventTime, known)) return known;
  const kept = note?.run === run ? note : {};
  await rests.write({ ...kept, type: 'firebreak.rest.v1', case: caseId, run, inactiveSeen: eventTime });
  return eventTime;
}

/** Notes that a closed case's finding was reported as active again, with nothing else new in it, for who looks at the case. */
export async function noteActive(
  rests: OwnFiles<RestNote>,
  caseId: string,
  { eventTime }: Observation,
  run: string,
): Promise<void> {
  const note = await rests.read(caseId);
  const kept = note?.run === run ? note : undefined;
  const known = kept?.activeSeen;
  if (isUpTo(eventTime, known?.eventTime)) return;
  const activeSeen = { eventTime, times: (known?.times ?? 0) + 1, at: new Date().toISOString() };
  await rests.write({ ...kept, type: 'firebreak.rest.v1', case: caseId, run, activeSeen });
}
