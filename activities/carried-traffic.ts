import { ApplicationFailure } from '@temporalio/common';
import type { CarriedTraffic } from '../model/good-rule.ts';
import type { TrafficRequest } from '../model/log-requests.ts';
import { withoutRequests } from './audit-entry.ts';
import { googleFailure } from './google-errors.ts';
import { notAudit, served } from './line-kinds.ts';
import { lineOf, type LogLine, resourceFilter } from './log-lines.ts';
import type { LogPages } from './log-pages.ts';
import type { TokenBucket } from './token-bucket.ts';
import { isEarly, isProved, tally, type Tally, toldOf } from './traffic-tally.ts';

export interface TrafficDependencies {
  readonly readPage: LogPages;
  /** The lane of Logging's quota that this takes its calls from. */
  readonly lane: TokenBucket;
}

/** Cloud Logging keeps log lines for so long by default, milliseconds. Source: Cloud Logging, quotas and limits. */
const retention = 30 * 86_400_000;
const day = 86_400_000;
/** What counts is when Cloud Logging took a line in: those so close to a limit may have come too late, and of a busy service would fill a page. */
const lateness = 600_000;
/** Of a quiet service they are many days; of a busy one no number would be enough for two. */
const pageSize = 20;
/** A busy service costs a call a day that is to be shown; so many more where busy revisions stand in the way of the one that is looked for. */
const spareCalls = 2;

/**
 * Cloud Run keeps no record of past traffic, so that Google's request log is asked (of a worker pool, which has no requests, whatever lines it
 * wrote), until one revision has shown enough. `lines` are read anyway and tell what they tell for nothing. Throws what Temporal may
 * try again, also where the quota has nothing left; `who` asks, undefined where nobody comes back.
 *
 * Each call asks for what would help and is not known: of a revision that has none yet, something well before the first sign; of one that
 * has, something on any other day. So a flood of requests just before the finding hides nothing, and an answer brings a new revision or day.
 */
export async function carriedTraffic(
  { readPage, lane }: TrafficDependencies,
  request: TrafficRequest,
  who: string | undefined,
  lines: () => Promise<readonly LogLine[]> = () => Promise.resolve([]),
): Promise<readonly CarriedTraffic[]> {
  const { project } = request.resource;
  let known: Tally = new Map();
  for (let call = 0; call < request.days + spareCalls && !isProved(known, request); call += 1) {
    await lane.take(project, who);
    const { entries, next } = await readPage(project, filterFor(request, known), '', pageSize).catch(
      (error: unknown) => {
        throw googleFailure('Cloud Logging, look for past traffic', error);
      },
    );
    // A page may be empty because the time for searching was over. Source: google/logging/v2/logging.proto, next_page_token.
    if (entries.length === 0 && next !== '')
      throw ApplicationFailure.nonRetryable('Cloud Logging had no time to search all of the log', 'not-searched');
    const read = entries.map(withoutRequests).map(lineOf);
    // Nothing that is read anyway is well before the first sign, so the first call does not wait for it.
    const more = tally(known, call === 0 ? [...read, ...(await lines())] : read, request);
    // Lines that were dated back bring nothing, and would come again.
    const isNew = countOf(more) > countOf(known);
    known = more;
    if (entries.length === 0 || !isNew) break;
  }
  return toldOf(known);
}

function countOf(known: Tally): number {
  return [...known.values()].reduce((sum, { size }) => sum + size, 0);
}

function filterFor({ resource, revisions, before, wellBefore }: TrafficRequest, known: Tally): string {
  const log = resource.kind === 'service' ? served : notAudit;
  const from = new Date(Date.parse(before) - retention).toISOString();
  const early = [...known].filter(([, days]) => isEarly(days, wellBefore));
  const named = early.map(([name]) => `resource.labels.revision_name="${name}"`);
  const [soon, late] = [wellBefore, before].map((at) => new Date(Date.parse(at) - lateness).toISOString());
  const until = [`timestamp<="${soon}"`, ...named].join(' OR ');
  const other = early.flatMap(([name, days]) =>
    [...days.keys()].map((start) => {
      const [first, end] = [start, start + day].map((at) => new Date(at).toISOString());
      return ` AND NOT (resource.labels.revision_name="${name}" AND timestamp>="${first}" AND timestamp<"${end}")`;
    }),
  );
  return `${resourceFilter(resource, revisions)} AND ${log} AND timestamp>="${from}" AND timestamp<"${late}" AND (${until})${other.join('')}`;
}
