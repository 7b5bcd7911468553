import { heartbeat } from '@temporalio/activity';
import type { EvidenceReference } from '../model/evidence.ts';
import type { CloudRunResource } from '../model/finding.ts';
import type { LogExport, Unanswered } from '../model/investigation.ts';
import type { Json } from '../model/json.ts';
import type { LogExportRequest, TrafficRequest } from '../model/log-requests.ts';
import { targetName } from '../model/rails.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { withoutRequests } from './audit-entry.ts';
import { carriedTraffic } from './carried-traffic.ts';
import { googleFailure } from './google-errors.ts';
import { storeLogs } from './log-evidence.ts';
import { lineOf, type LogLine, resourceFilter } from './log-lines.ts';
import { logPages } from './log-pages.ts';
import { excerptOf, perRevision } from './log-summary.ts';
import type { TokenBucket } from './token-bucket.ts';
import { triedOnce } from './tried-once.ts';
import { refuseFuture } from './window.ts';

export interface LogExportDependencies {
  readonly logs: ObserveClients['logs'];
  /** Where the log entries of a project are. */
  readonly scopesOf: (project: string) => string[];
  readonly evidence: EvidenceStore;
  /** The first page is of the lane `first`, others are of `more`. */
  readonly lanes: { readonly first: TokenBucket; readonly more: TokenBucket };
}

const noTraffic: Unanswered = { status: 'pending', reason: 'it was not asked yet' };
/** A search over weeks may take its time, but not that of a proposal. Milliseconds. */
const searchTime = 5_000;
const mostPages = 5;
/** How long a long export waits for the quota between two pages, milliseconds. */
const longestPause = 15_000;

/** What was saved: entries newest first, and where they are. */
interface Saved {
  readonly lines: readonly LogLine[];
  readonly to: string;
  readonly complete: boolean;
  readonly evidence: EvidenceReference;
}

/** An export that is under way. */
interface Saving<T> {
  /** Resolves when the quota has given its turn; rejects with what Temporal tries again where that is later. */
  readonly turn: Promise<void>;
  readonly saved: Promise<T>;
}

/**
 * Saves a container's log lines, as JSON lines. Newest are read first, so a cut loses the oldest. Findings of one attack come together: cases
 * that want the same lines while they are being read share one export, which the quota counts once.
 */
export function logSaver({ logs, scopesOf, evidence, lanes }: LogExportDependencies) {
  const readPage = logPages(logs, scopesOf);
  const readSoon = logPages(logs, scopesOf, searchTime);
  const underWay = new Map<string, Saving<Saved>>();
  const looking = new Map<string, Promise<LogExport['carriedTraffic']>>();

  function saving({ resource, from }: LogExportRequest, who: string | undefined): Saving<Saved> {
    const key = `${targetName(resource)} ${from}`;
    const shared = underWay.get(key);
    if (shared !== undefined) return shared;
    const turn = lanes.first.take(resource.project, who);
    const saved = turn.then(() => readAll(resource, from, who)).finally(() => underWay.delete(key));
    underWay.set(key, { turn, saved });
    return { turn, saved };
  }

  async function readAll(resource: CloudRunResource, from: string, who: string | undefined): Promise<Saved> {
    refuseFuture('log lines', from);
    const to = new Date().toISOString();
    const filter = `${resourceFilter(resource)} AND timestamp>="${from}" AND timestamp<="${to}"`;
    const entries: Json[] = [];
    let next = '';
    try {
      for (let page = 1; page <= mostPages; page += 1) {
        const read = await readPage(resource.project, filter, next);
        entries.push(...read.entries.map(withoutRequests));
        next = read.next;
        heartbeat(entries.length);
        if (next === '' || page === mostPages || !(await mayGoOn(resource.project, who))) break;
      }
    } catch (error) {
      throw googleFailure('Cloud Logging, read the container’s logs', error);
    }
    return { lines: entries.map(lineOf), to, complete: next === '', evidence: await storeLogs(evidence, entries) };
  }

  /** Whether the quota lets a long export read another page soon; else the export ends here, and says so. */
  async function mayGoOn(project: string, who: string | undefined): Promise<boolean> {
    try {
      await lanes.more.take(project, who, longestPause);
      return true;
    } catch {
      return false;
    }
  }

  /** Looked for beside the export, once for all who want the same. The recommendation hangs on it: it comes of the share of new cases. */
  async function trafficOf(
    { turn, saved }: Saving<Saved>,
    traffic: Promise<TrafficRequest | undefined>,
  ): Promise<LogExport['carriedTraffic']> {
    const [request] = await Promise.all([traffic, turn]);
    if (request === undefined) return noTraffic;
    const key = JSON.stringify(request);
    const lines = async () => (await saved).lines;
    const found =
      looking.get(key) ??
      triedOnce(() => carriedTraffic({ readPage: readSoon, lane: lanes.first }, request, undefined, lines)).finally(
        () => looking.delete(key),
      );
    looking.set(key, found);
    return found;
  }

  async function told(
    shared: Saving<Saved>,
    from: string,
    traffic: Promise<TrafficRequest | undefined>,
  ): Promise<LogExport> {
    const [{ lines, complete, ...rest }, found] = await Promise.all([shared.saved, trafficOf(shared, traffic)]);
    return {
      ...rest,
      entries: lines.length,
      from,
      complete,
      detail: complete
        ? ''
        : `only the newest ${lines.length} lines were saved; there are more before ${lines.at(-1)?.time ?? from}`,
      revisions: perRevision(lines),
      carriedTraffic: found,
      excerpt: excerptOf(lines),
    };
  }

  /**
   * `traffic` tells whose past traffic to look for; undefined where no revision is to be asked about, or it is not known which. `who` asks,
   * undefined where nobody comes back.
   */
  return function saveLogs(
    request: LogExportRequest,
    traffic: Promise<TrafficRequest | undefined>,
    who: string | undefined,
  ): Saving<LogExport> {
    const shared = saving(request, who);
    return { turn: shared.turn, saved: told(shared, request.from, traffic) };
  };
}
