import type { TrafficTarget } from '../../model/cloud-run.ts';

/** All traffic to one revision, and no tag on any. */
export function allTo(revision: string): readonly TrafficTarget[] {
  return [{ type: 'revision', revision, percent: 100 }];
}

/** The same shares without tags: a revision that is reachable by tag only keeps instances of its own. */
export function withoutTags(traffic: readonly TrafficTarget[]): readonly TrafficTarget[] {
  return merged(traffic.filter(({ percent }) => percent > 0).map(({ tag: _tag, ...target }) => target));
}

/** The same traffic with the latest revision by its name, so that a newer one gets none of it. */
export function byName(traffic: readonly TrafficTarget[], latestReady: string): readonly TrafficTarget[] {
  return merged(
    traffic.map((target) =>
      target.type === 'latest' ? { ...target, type: 'revision' as const, revision: latestReady } : target,
    ),
  );
}

/** True where part of the traffic, or a tag, goes to whatever revision is the latest. */
export function followsLatest(traffic: readonly TrafficTarget[]): boolean {
  return traffic.some(({ type }) => type === 'latest');
}

/** What breaks where tags go, in words; empty where none does. */
export function lostTags(before: readonly TrafficTarget[], after: readonly TrafficTarget[]): string[] {
  const kept = new Set(after.map(({ tag }) => tag));
  const lost = before.flatMap(({ tag }) => (tag === undefined || kept.has(tag) ? [] : [tag]));
  return lost.length === 0 ? [] : [`tagged addresses stop answering: ${lost.join(', ')}`];
}

/** One entry for each revision and tag, with the sum of its shares. */
function merged(traffic: readonly TrafficTarget[]): readonly TrafficTarget[] {
  const entries = new Map<string, TrafficTarget>();
  for (const target of traffic) {
    const key = [target.type, target.revision ?? '', target.tag ?? ''].join(' ');
    entries.set(key, { ...target, percent: target.percent + (entries.get(key)?.percent ?? 0) });
  }
  return [...entries.values()];
}
