import type { CloudRunResource } from '../model/finding.ts';
import type { SignsOfLife } from '../model/signs-of-life.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import { askingActivity } from './asking-activity.ts';
import { withoutRequests } from './audit-entry.ts';
import { googleFailure } from './google-errors.ts';
import type { CountInstances } from './instance-count.ts';
import { later } from './later.ts';
import { storeLogs } from './log-evidence.ts';
import { notAudit, notRefused, showsLife } from './line-kinds.ts';
import { lineOf, resourceFilter } from './log-lines.ts';
import type { LogPages } from './log-pages.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface QuietDependencies {
  readonly readPage: LogPages;
  readonly evidence: EvidenceStore;
  /** The lane of Logging's quota that this takes its calls from. */
  readonly lane: TokenBucket;
  readonly countInstances?: CountInstances;
}

/** Whether a revision falls silent; of a job, an execution. */
export interface QuietRequest {
  readonly resource: CloudRunResource;
  /** Absent: the whole resource. */
  readonly revision?: string;
  /** RFC 3339 UTC: when the change was in place. */
  readonly since: string;
  readonly quietSeconds: number;
  /** For how much longer than usual what is not quiet may become so: a change may not be in force at once. Absent: 0. */
  readonly patienceSeconds?: number;
}

/** Cloud Run ends an instance with SIGTERM and, 10 s later, SIGKILL: what it writes until then are its last lines. */
const shutdownSeconds = 10;
/** When a new count of instances may be there, milliseconds. */
const nextCount = 60_000;

/** Watches a revision after a change. */
export function quietChecker({ readPage, evidence, lane, countInstances }: QuietDependencies) {
  /**
   * Watches a revision after a change: answers when it was quiet for the window, or when patience is over. It never waits itself: it asks to
   * be started again when the next look is due.
   */
  return async function checkQuiet({
    resource,
    revision,
    since,
    quietSeconds,
    patienceSeconds = 0,
  }: QuietRequest): Promise<SignsOfLife> {
    const changedAt = Date.parse(since);
    const dueAt = quietSeconds === 0 ? changedAt : changedAt + (quietSeconds + shutdownSeconds) * 1000;
    if (Date.now() < dueAt)
      throw later('watching', `${revision ?? resource.name} has to be quiet for ${quietSeconds} s`, dueAt - Date.now());
    await lane.take(resource.project, askingActivity());
    // What others do to the resource is no sign of life, nor are requests that Google refuses: either may be many, and hide what is one.
    const filter = `${resourceFilter(resource, revision)} AND ${notAudit} AND ${notRefused} AND timestamp>="${since}"`;
    const [{ entries }, instances] = await Promise.all([
      readPage(resource.project, filter).catch((error: unknown) => {
        throw googleFailure('Cloud Logging, look for signs of life', error);
      }),
      countInstances?.({ resource, ...(revision !== undefined && { revision }), since }),
    ]);
    const lines = entries.map(withoutRequests);
    const lastAt = lines.map(lineOf).find(showsLife)?.time;
    const quietFor = lastAt === undefined ? Infinity : Date.now() - Date.parse(lastAt);
    const silent = quietFor >= quietSeconds * 1000;
    const still = instances?.status === 'answered' ? instances.value.instances : 0;
    // One more window, then it counts as not quiet.
    const patience = dueAt + (quietSeconds + patienceSeconds) * 1000 - Date.now();
    if (!silent && patience > 0)
      throw later('watching', `${revision ?? resource.name} wrote at ${lastAt}`, quietSeconds * 1000 - quietFor + 500);
    if (still > 0 && patience > 0)
      throw later('watching', `${revision ?? resource.name} has ${still} instances`, Math.min(patience, nextCount));
    return {
      quiet: silent && still === 0,
      ...(lastAt !== undefined && { lastAt }),
      ...(instances !== undefined && { instances }),
      evidence: await storeLogs(evidence, lines),
    };
  };
}
