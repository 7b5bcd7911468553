import type { RevisionRecord, ServiceRecord, Snapshot } from './service-record.ts';

/** How many instances a revision is to have; where none, whether those that it has get SIGTERM (`stop`) or idle out. */
export function wantedInstances(
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
