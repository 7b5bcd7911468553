import type { Observation } from '../model/case.ts';
import type { ArchiveEntry } from '../model/archive-entry.ts';
import { isUpTo } from './instants.ts';

/** What a notification for a closed case is: a redelivery or our own echo, nothing new, or a new activation. */
export type Judgement = 'echo' | 'unchanged' | 'reopen';

/**
 * Steps 4 and 5 of the exact rule, without I/O. What a message says of its own time decides nothing for good: the run that it opens asks SCC.
 *
 * @param requestId the message's
 * @param closed the signed entry of the newest run; undefined where there is none: then it was not Firebreak that closed it, and nothing is known
 * @param inactiveSeen eventTime of the last INACTIVE that came after closing, where one did
 */
export function judgeClosed(
  { eventTime, state, mute, fingerprint }: Pick<Observation, 'eventTime' | 'state' | 'mute' | 'fingerprint'>,
  requestId: string,
  closed: Pick<ArchiveEntry, 'watermark' | 'seen' | 'fingerprint' | 'state'> | undefined,
  inactiveSeen: string | undefined,
): Judgement {
  if (state !== 'ACTIVE' || mute === 'MUTED') return 'echo';
  if (closed === undefined) return 'reopen';
  // SCC never had the finding: every other message may be the first that is true.
  if (closed.watermark === undefined) return closed.seen?.includes(requestId) === true ? 'echo' : 'reopen';
  if (isUpTo(eventTime, closed.watermark)) return 'echo';
  if (fingerprint !== closed.fingerprint) return 'reopen';
  return unanswered.has(closed.state) || restedSinceClosing(closed, inactiveSeen) ? 'reopen' : 'unchanged';
}

/** Ends at which the threat goes on and nobody has answered it: that it is reported again is news enough. */
const unanswered: ReadonlySet<ArchiveEntry['state']> = new Set(['expired', 'failed']);

/**
 * Whether the finding is known to have been at rest at the watermark or after it: an INACTIVE of an earlier time is an old one, delivered
 * late. A run that was withdrawn ended because SCC said so itself.
 */
function restedSinceClosing(
  { watermark, state }: Pick<ArchiveEntry, 'watermark' | 'state'>,
  inactiveSeen: string | undefined,
): boolean {
  if (state === 'withdrawn') return true;
  return inactiveSeen !== undefined && watermark !== undefined && isUpTo(watermark, inactiveSeen);
}
