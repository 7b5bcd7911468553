import type { Observation } from '../model/case.ts';
import type { ArchiveEntry } from '../model/archive-entry.ts';
import type { ArchiveIndex } from '../runtime/archive-index.ts';
import type { ClosedRun } from './current-run.ts';
import { isBefore, isUpTo } from './instants.ts';

/**
 * Notes in the index that a finding whose case is closed was seen INACTIVE, so that its next activation opens the case again though it
 * says the same. One from before the closed run's watermark is an old one, delivered late: not noted. Answers the eventTime of the
 * latest INACTIVE known.
 *
 * Two processes that write the same entry at once: the last one stays, and either is right.
 */
export async function noteInactive(
  archive: ArchiveIndex,
  caseId: string,
  { eventTime, state }: Observation,
  closed: ClosedRun | ArchiveEntry,
): Promise<string | undefined> {
  const entry = await archive.read(caseId);
  const known = entry?.inactiveSeen;
  if (state !== 'INACTIVE' || isBefore(eventTime, closed.watermark) || isUpTo(eventTime, known)) return known;
  const { run, state: ending, watermark, seen, fingerprint = '', closedAt } = closed;
  // An entry of the same run is the closing's own, and knows more.
  const base: ArchiveEntry =
    entry?.run === run
      ? entry
      : {
          case: caseId,
          run,
          state: ending,
          ...(watermark !== undefined && { watermark }),
          ...(seen !== undefined && { seen: [...seen] }),
          fingerprint,
          closedAt,
          ...(entry?.record !== undefined && { record: entry.record }),
        };
  await archive.write({ ...base, inactiveSeen: eventTime });
  return eventTime;
}
