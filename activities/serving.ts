import type { CloudRunResource } from '../model/finding.ts';
import type { Serving } from '../model/serving-seen.ts';
import { messageOf } from '../runtime/errors.ts';
import { askingActivity } from './asking-activity.ts';
import { withoutRequests } from './audit-entry.ts';
import { grpcCode } from './google-errors.ts';
import { later } from './later.ts';
import { notAudit, notRefused, showsLife } from './line-kinds.ts';
import { lineOf, resourceFilter } from './log-lines.ts';
import type { LogPages } from './log-pages.ts';
import type { TokenBucket } from './token-bucket.ts';

/** Whose instances were given back, and when. */
export interface ServingRequest {
  readonly resource: CloudRunResource;
  /** The revision that is to serve; absent: any of the resource. */
  readonly revision?: string;
  /** RFC 3339 UTC. */
  readonly since: string;
  /** How long to look for one, seconds. */
  readonly patienceSeconds: number;
}

/** Looks whether what was given back serves. */
export type SeesServing = (request: ServingRequest) => Promise<Serving>;

const lookEvery = 5_000;
/** Whatever is asked for. */
const mostPatience = 300;

/**
 * That scaling is given back says nothing of instances: counts that were not given may have been taken from those of manual scaling. So it is looked for
 * a line that names an instance. Never waits itself: throws `later` while there is none and patience lasts.
 */
export function servingSeer({
  readPage,
  lane,
}: {
  readonly readPage: LogPages;
  readonly lane: TokenBucket;
}): SeesServing {
  return async ({ resource, revision, since, patienceSeconds }) => {
    await lane.take(resource.project, askingActivity());
    const filter = `${resourceFilter(resource, revision)} AND ${notAudit} AND ${notRefused} AND timestamp>="${since}"`;
    let lines;
    try {
      lines = (await readPage(resource.project, filter)).entries.map(withoutRequests).map(lineOf);
    } catch (error) {
      if (grpcCode(error) === undefined) throw error;
      // The end of a case does not wait for it.
      return { serves: 'not-known', reason: messageOf(error).slice(0, 200) };
    }
    const seen = lines.find((line) => line.instance !== '' && showsLife(line));
    if (seen !== undefined) return { serves: 'seen', at: seen.time };
    const left = Date.parse(since) + Math.min(patienceSeconds, mostPatience) * 1000 - Date.now();
    if (left > 0)
      throw later('watching', `${revision ?? resource.name} is not seen to serve yet`, Math.min(left, lookEvery));
    return { serves: 'not-seen' };
  };
}
