import { ApplicationFailure } from '@temporalio/common';
import type { TrafficRequest } from '../model/log-requests.ts';
import { googleFailure } from './google-errors.ts';
import { lineOf, type LogLine, resourceFilter } from './log-lines.ts';
import type { LogPages } from './log-pages.ts';
import { withoutRequests } from './audit-entry.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface TrafficDependencies {
  readonly readPage: LogPages;
  /** The lane of Logging's quota that this takes its call from. */
  readonly lane: TokenBucket;
}

/** Cloud Logging keeps log lines for so long by default, milliseconds. Source: Cloud Logging, quotas and limits. */
const retention = 30 * 86_400_000;
/** The newest lines are enough: one revision that served is looked for, not all. */
const pageSize = 20;

/**
 * Cloud Run keeps no record of past traffic, so that Google's request log is asked: one call. Answers the revisions that it has requests to;
 * of a worker pool, which has no requests, those that wrote anything. Throws what Temporal may try again, also where the quota has nothing left;
 * `who` asks, undefined where nobody comes back.
 */
export async function carriedTraffic(
  { readPage, lane }: TrafficDependencies,
  request: TrafficRequest,
  who: string | undefined,
): Promise<readonly string[]> {
  const { resource, revisions, before } = request;
  await lane.take(resource.project, who);
  const from = new Date(Date.parse(before) - retention).toISOString();
  const log = resource.kind === 'service' ? `logName:"${requests}"` : `NOT logName:"${audit}"`;
  const filter = `${resourceFilter(resource, revisions)} AND ${log} AND timestamp>="${from}" AND timestamp<"${before}"`;
  const { entries, next } = await readPage(resource.project, filter, '', pageSize).catch((error: unknown) => {
    throw googleFailure('Cloud Logging, look for past traffic', error);
  });
  const found = carriedIn(entries.map(withoutRequests).map(lineOf), request);
  // A page may be empty because the time for searching was over. Source: google/logging/v2/logging.proto, next_page_token.
  if (found.length === 0 && next !== '')
    throw ApplicationFailure.nonRetryable('Cloud Logging had no time to search all of the log', 'not-searched');
  return found;
}

/** The revisions among those asked about that these lines show to have carried traffic. */
export function carriedIn(lines: readonly LogLine[], { resource, revisions, before }: TrafficRequest): string[] {
  const until = Date.parse(before);
  const shown = lines.filter(
    ({ log, time }) =>
      Date.parse(time) < until && (resource.kind === 'service' ? log.endsWith(requests) : !log.includes(audit)),
  );
  const names = new Set(shown.map(({ revision }) => revision));
  return revisions.filter((name) => names.has(name));
}

const requests = 'run.googleapis.com%2Frequests';
const audit = 'cloudaudit.googleapis.com';
