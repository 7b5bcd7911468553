import type { Governed } from './governed.ts';
import type { ServiceRecord, Snapshot } from './service-record.ts';
import { invokersOf } from './governed.ts';
import { latestReady } from './service-record.ts';

/** What is in force from that moment on, for the history: LATEST resolved, one entry a revision. */
export function snapshotOf(
  at: number,
  record: Pick<ServiceRecord, 'effective' | 'revisions' | keyof Governed>,
): Snapshot {
  const { traffic, scaling } = record.effective;
  const latest = latestReady(record)?.name;
  const targets = new Map<string, { revision: string; percent: number; tags: string[] }>();
  for (const { type, revision, percent, tag } of traffic) {
    const name = type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' ? latest : revision;
    if (name === undefined) continue;
    const target = targets.get(name) ?? { revision: name, percent: 0, tags: [] };
    target.percent += percent;
    if (tag !== undefined) target.tags.push(tag);
    targets.set(name, target);
  }
  return { at, targets: [...targets.values()], scaling, open: isOpen(record, at) };
}

/** True where anyone on the internet reaches the service's addresses. */
function isOpen(record: Pick<ServiceRecord, 'effective' | keyof Governed>, at: number): boolean {
  const { ingress, defaultUriDisabled, invokerIamDisabled } = record.effective;
  const anyone = invokersOf(record, at).some((member) => member === 'allUsers' || member === 'allAuthenticatedUsers');
  return ingress === 'INGRESS_TRAFFIC_ALL' && !defaultUriDisabled && (invokerIamDisabled || anyone);
}
