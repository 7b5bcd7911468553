import { intervalsOf } from './instances.ts';
import type { RevisionRecord, ServiceRecord } from './service-record.ts';
import { wantedInstances } from './wanted-instances.ts';

/** How many instances a revision had, as a function of time (milliseconds since the epoch): those in use, and those that idle or stop. */
export function instanceCounter(
  record: ServiceRecord,
  revision: RevisionRecord,
): (time: number) => { readonly active: number; readonly idle: number } {
  const intervals = intervalsOf(revision, record);
  const wantedFrom = record.history.map((snapshot) => ({
    at: snapshot.at,
    count: wantedInstances(snapshot, revision, record.kind).count,
  }));
  return (time) => {
    const life = intervals.find(({ from, to }) => from <= time && (to === undefined || time < to));
    if (life === undefined) return { active: 0, idle: 0 };
    const before = wantedFrom.filter(({ at }) => at <= time);
    const wanted = before.at(-1)?.count ?? 0;
    if (wanted > 0) return { active: wanted, idle: 0 };
    // Requests by a tag keep one; what idles is what was wanted last.
    if (life.ending === 'none') return { active: 1, idle: 0 };
    return { active: 0, idle: before.findLast(({ count }) => count > 0)?.count ?? 1 };
  };
}
