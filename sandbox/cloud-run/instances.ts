import type { RevisionRecord, ServiceRecord, Snapshot } from './service-record.ts';
import { wantedInstances } from './wanted-instances.ts';

/** The life of a revision's instances: from the start of the first to the end of the last. Milliseconds since the epoch. */
export interface InstanceInterval {
  readonly revision: string;
  readonly from: number;
  /** Absent: nothing ends it as things stand. May lie in the future. */
  readonly to?: number;
  /** Why it ends: `idle` after the last request, `stopping` after SIGTERM. */
  readonly ending: 'none' | 'idle' | 'stopping';
}

type Lives = Pick<
  ServiceRecord,
  | 'kind'
  | 'history'
  | 'revisions'
  | 'idleSeconds'
  | 'graceSeconds'
  | 'heldConnectionSeconds'
  | 'tagRequests'
  | 'tagAttacker'
>;

/**
 * When each revision had, has and will have instances, as the history stands. Computed, never ticked. Sources: Google's pages on manual
 * scaling, minimum instances and instance shutdown; see docs/fidelity.md.
 */
export function instanceIntervals(record: Lives): InstanceInterval[] {
  return record.revisions.flatMap((revision) => intervalsOf(revision, record));
}

/** The same for one revision, oldest first. */
export function intervalsOf(revision: RevisionRecord, record: Lives): InstanceInterval[] {
  const life = lifeOf(revision.name, record);
  const { deletedAt = Number.POSITIVE_INFINITY } = revision;
  for (const [index, snapshot] of record.history.entries()) {
    if (snapshot.at >= deletedAt) break;
    const { count, stop } = wantedInstances(snapshot, revision, record.kind);
    const { lingerMilliseconds = 0 } = snapshot;
    if (count > 0) {
      life.keep(snapshot.at);
      continue;
    }
    if (stop && lingerMilliseconds > 0) life.linger(snapshot.at, lingerMilliseconds);
    else if (stop) life.stop(snapshot.at);
    else life.idle(snapshot.at);
    const until = Math.min(record.history[index + 1]?.at ?? Number.POSITIVE_INFINITY, deletedAt);
    for (const at of requestTimes(revision, record, snapshot, until)) life.request(at);
    const attacked = attackTime(revision, record, snapshot);
    if (attacked !== undefined && attacked < until) life.keep(attacked);
  }
  if (Number.isFinite(deletedAt)) life.stop(deletedAt);
  return life.intervals();
}

/** When requests reached the revision by the address of a tag, while that was in force. */
function requestTimes(revision: RevisionRecord, { tagRequests }: Lives, snapshot: Snapshot, until: number): number[] {
  const tags = snapshot.targets.find((target) => target.revision === revision.name)?.tags ?? [];
  return tagRequests.filter(({ at, tag }) => at >= snapshot.at && at < until && tags.includes(tag)).map(({ at }) => at);
}

/** The attacker's first request while that was in force; from then on he keeps instances alive. Undefined where none gets through. */
function attackTime(revision: RevisionRecord, { tagAttacker, history }: Lives, snapshot: Snapshot): number | undefined {
  const target = snapshot.targets.find((one) => one.revision === revision.name);
  if (tagAttacker === undefined || !snapshot.open || target?.tags.includes(tagAttacker.tag) !== true) return undefined;
  const every = tagAttacker.everySeconds * 1000;
  const origin = history[0]?.at ?? 0;
  return origin + Math.ceil((snapshot.at - origin) / every) * every;
}

/** The instances of one revision, as events come in, in order of time. */
function lifeOf(revision: string, { idleSeconds, graceSeconds, heldConnectionSeconds }: Lives) {
  const closed: InstanceInterval[] = [];
  let open: InstanceInterval | undefined;
  const closeUntil = (at: number): void => {
    if (open?.to === undefined || open.to > at) return;
    closed.push(open);
    open = undefined;
  };
  /** What lives is taken back into use, unless it got SIGTERM; else something new starts. */
  const startOf = (at: number): number => {
    closeUntil(at);
    if (open?.ending === 'stopping') closed.push(open);
    return open === undefined || open.ending === 'stopping' ? at : open.from;
  };
  return {
    keep(at: number): void {
      open = { revision, from: startOf(at), ending: 'none' };
    },
    request(at: number): void {
      const before = open;
      const from = startOf(at);
      const to = at + idleSeconds * 1000;
      open = { revision, from, to: Math.max(to, before?.from === from ? (before.to ?? to) : to), ending: 'idle' };
    },
    idle(at: number): void {
      closeUntil(at);
      // A request that is still open keeps its instance busy; only then the instance idles.
      if (open?.ending === 'none')
        open = { ...open, to: at + (heldConnectionSeconds + idleSeconds) * 1000, ending: 'idle' };
    },
    /** SIGTERM comes late; until then what lives can be taken back into use. */
    linger(at: number, milliseconds: number): void {
      closeUntil(at);
      if (open === undefined || open.ending === 'stopping') return;
      const killed = at + milliseconds + graceSeconds * 1000;
      open = { ...open, to: Math.min(open.to ?? killed, killed), ending: 'idle' };
    },
    stop(at: number): void {
      closeUntil(at);
      if (open === undefined || open.ending === 'stopping') return;
      const killed = at + graceSeconds * 1000;
      open = { ...open, to: Math.min(open.to ?? killed, killed), ending: 'stopping' };
    },
    intervals: (): InstanceInterval[] => (open === undefined ? closed : [...closed, open]),
  };
}
