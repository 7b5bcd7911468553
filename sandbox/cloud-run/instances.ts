import type { RevisionRecord, Scaling, ServiceRecord, Snapshot } from './state.ts';

/** The life of a revision's instances: from the start of the first to the end of the last. Milliseconds since the epoch. */
export interface InstanceInterval {
  readonly revision: string;
  readonly from: number;
  /** Absent: nothing ends it as things stand. May lie in the future. */
  readonly to?: number;
  /** Why it ends: `idle` after traffic moved away, `stopping` after SIGTERM. */
  readonly ending: 'none' | 'idle' | 'stopping';
}

/**
 * When each revision had, has and will have instances, as the history stands. Computed, never ticked. Sources: Google's pages on manual
 * scaling, minimum instances and instance shutdown; see docs/fidelity.md.
 */
export function instanceIntervals(
  record: Pick<ServiceRecord, 'kind' | 'history' | 'revisions' | 'idleSeconds' | 'graceSeconds'>,
): InstanceInterval[] {
  return record.revisions.flatMap((revision) => intervalsOf(revision, record));
}

function intervalsOf(
  revision: RevisionRecord,
  record: Pick<ServiceRecord, 'kind' | 'history' | 'idleSeconds' | 'graceSeconds'>,
): InstanceInterval[] {
  const intervals: InstanceInterval[] = [];
  let open: InstanceInterval | undefined;
  for (const snapshot of record.history) {
    if (open?.to !== undefined && open.to <= snapshot.at) {
      intervals.push(open);
      open = undefined;
    }
    const wanted = wantedInstances(snapshot, revision, record.kind);
    if (wanted.count > 0) {
      // An idle instance is taken back into use; one that got SIGTERM is not.
      if (open?.ending === 'stopping') intervals.push(open);
      if (open === undefined || open.ending === 'stopping')
        open = { revision: revision.name, from: snapshot.at, ending: 'none' };
      else open = { revision: open.revision, from: open.from, ending: 'none' };
    } else if (open !== undefined && wanted.stop && open.ending !== 'stopping') {
      const killed = snapshot.at + record.graceSeconds * 1000;
      open = { ...open, to: Math.min(open.to ?? killed, killed), ending: 'stopping' };
    } else if (open !== undefined && open.ending === 'none') {
      open = { ...open, to: snapshot.at + record.idleSeconds * 1000, ending: 'idle' };
    }
  }
  if (open !== undefined) intervals.push(open);
  return intervals;
}

/** How many instances a revision is to have; where none, whether those that it has get SIGTERM (`stop`) or idle out. */
function wantedInstances(
  snapshot: Snapshot,
  revision: RevisionRecord,
  kind: ServiceRecord['kind'],
): { readonly count: number; readonly stop: boolean } {
  const { scaling, targets } = snapshot;
  const target = targets.find((one) => one.revision === revision.name);
  const minimum = revisionMinimum(revision);
  const off = scaling.mode === 'MANUAL' ? (scaling.manual ?? 0) === 0 : scaling.max === 0;
  // An instance of a worker pool waits for no requests: without a share it is ended.
  if (target === undefined) return { count: 0, stop: off || kind === 'workerPools' };
  // Reachable only through a tag: the revision's own minimum counts, also under manual scaling.
  if (target.percent === 0) return { count: minimum, stop: off };
  if (off) return { count: 0, stop: true };
  if (scaling.mode === 'MANUAL') return { count: manualShares(snapshot).get(revision.name) ?? 0, stop: true };
  return { count: Math.max(1, minimum, Math.ceil(((scaling.min ?? 0) * target.percent) / 100)), stop: false };
}

/** True where requests reach the revision while that is in force: it has a share of the traffic, and instances. */
export function receivesRequests(snapshot: Snapshot, revision: RevisionRecord): boolean {
  const serves = snapshot.targets.some((target) => target.revision === revision.name && target.percent > 0);
  return serves && wantedInstances(snapshot, revision, 'services').count > 0;
}

/** Divides the manual count by percent; with more revisions than instances some get none. */
function manualShares({ scaling, targets }: Snapshot): Map<string, number> {
  const count = scaling.manual ?? 0;
  const exact = targets
    .filter(({ percent }) => percent > 0)
    .map(({ revision, percent }) => ({ revision, share: (count * percent) / 100 }));
  const shares = new Map(exact.map(({ revision, share }) => [revision, Math.floor(share)]));
  let left = count - [...shares.values()].reduce((sum, share) => sum + share, 0);
  for (const { revision } of exact.sort((a, b) => (b.share % 1) - (a.share % 1))) {
    if (left === 0) break;
    shares.set(revision, (shares.get(revision) ?? 0) + 1);
    left -= 1;
  }
  return shares;
}

/** The revision's own minimum number of instances, from its template. */
export function revisionMinimum({ template }: Pick<RevisionRecord, 'template'>): number {
  const { scaling } = template;
  if (typeof scaling !== 'object' || scaling === null || !('minInstanceCount' in scaling)) return 0;
  return typeof scaling.minInstanceCount === 'number' ? scaling.minInstanceCount : 0;
}

/** What is in force, for the history: LATEST resolved, one entry a revision. */
export function snapshotOf(
  at: number,
  traffic: ServiceRecord['effective']['traffic'],
  scaling: Scaling,
  latest: string | undefined,
): Snapshot {
  const targets = new Map<string, { revision: string; percent: number; tags: string[] }>();
  for (const { type, revision, percent, tag } of traffic) {
    const name = type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' ? latest : revision;
    if (name === undefined) continue;
    const target = targets.get(name) ?? { revision: name, percent: 0, tags: [] };
    target.percent += percent;
    if (tag !== undefined) target.tags.push(tag);
    targets.set(name, target);
  }
  return { at, targets: [...targets.values()], scaling };
}
