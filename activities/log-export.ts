import { heartbeat } from '@temporalio/activity';
import type { CloudRunResource } from '../model/finding.ts';
import type { LogExport, Unanswered } from '../model/investigation.ts';
import type { Json } from '../model/json.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { askingActivity } from './asking-activity.ts';
import { withoutRequests } from './audit-entry.ts';
import { carriedIn, carriedTraffic, type TrafficRequest } from './carried-traffic.ts';
import { googleFailure } from './google-errors.ts';
import { storeLogs } from './log-evidence.ts';
import { lineOf, type LogLine, resourceFilter } from './log-lines.ts';
import { logPages } from './log-pages.ts';
import type { TokenBucket } from './token-bucket.ts';
import { triedOnce } from './tried-once.ts';

export interface LogExportDependencies {
  readonly logs: ObserveClients['logs'];
  /** Where the log entries of a project are. */
  readonly scopesOf: (project: string) => string[];
  readonly evidence: EvidenceStore;
  /** Pages after the first are of the lane `more`; the first page's call has been taken. */
  readonly lanes: { readonly first: TokenBucket; readonly more: TokenBucket };
}

/** Which log lines to save. */
export interface LogExportRequest {
  readonly resource: CloudRunResource;
  /** RFC 3339 UTC, included. */
  readonly from: string;
  /** Whose past traffic to look for; absent where no revision is to be asked about, or it is not known which. */
  readonly traffic?: TrafficRequest;
}

const noTraffic: Unanswered = { status: 'pending', reason: 'which revisions to ask about was not known yet' };
/** A search over weeks may take its time, but not that of a proposal. Milliseconds. */
const searchTime = 5_000;
const mostPages = 5;
const excerptLines = 12;
/** How long a long export waits for the quota between two pages, milliseconds. */
const longestPause = 15_000;

/** Saves a container's log lines, as JSON lines. Newest are read first, so a cut loses the oldest. */
export function logSaver({ logs, scopesOf, evidence, lanes }: LogExportDependencies) {
  const readPage = logPages(logs, scopesOf);
  const readSoon = logPages(logs, scopesOf, searchTime);

  /** The saved lines tell for nothing; only where they show none is a call spent. */
  async function trafficOf(lines: readonly LogLine[], request: TrafficRequest): Promise<LogExport['carriedTraffic']> {
    const value = carriedIn(lines, request);
    if (value.length > 0) return { status: 'answered', value };
    // The recommendation hangs on it: it comes of the share of new cases.
    return triedOnce(() => carriedTraffic({ readPage: readSoon, lane: lanes.first }, request, undefined));
  }

  /** Whether the quota lets a long export read another page soon; else the export ends here, and says so. */
  async function mayGoOn(project: string): Promise<boolean> {
    try {
      await lanes.more.take(project, askingActivity(), longestPause);
      return true;
    } catch {
      return false;
    }
  }

  return async function saveLogs({ resource, from, traffic }: LogExportRequest): Promise<LogExport> {
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
        if (next === '' || page === mostPages || !(await mayGoOn(resource.project))) break;
      }
    } catch (error) {
      throw googleFailure('Cloud Logging, read the container’s logs', error);
    }
    const lines = entries.map(lineOf);
    const [reference, carried] = await Promise.all([
      storeLogs(evidence, entries),
      traffic === undefined ? noTraffic : trafficOf(lines, traffic),
    ]);
    return {
      evidence: reference,
      entries: entries.length,
      from,
      to,
      complete: next === '',
      detail:
        next === ''
          ? ''
          : `only the newest ${entries.length} lines were saved; there are more before ${lines.at(-1)?.time ?? from}`,
      revisions: perRevision(lines),
      carriedTraffic: carried,
      excerpt: excerptOf(lines),
    };
  };
}

function perRevision(newestFirst: readonly LogLine[]): LogExport['revisions'] {
  const counts = new Map<string, { name: string; entries: number; lastAt: string }>();
  for (const { revision, time } of newestFirst) {
    if (revision === '') continue;
    const count = counts.get(revision) ?? { name: revision, entries: 0, lastAt: time };
    counts.set(revision, { ...count, entries: count.entries + 1 });
  }
  return [...counts.values()].slice(0, 20);
}

/** Distinct texts, newest first: a line that repeats every second says as much once. */
function excerptOf(newestFirst: readonly LogLine[]): LogExport['excerpt'] {
  const seen = new Map<string, LogLine>();
  for (const line of newestFirst) {
    if (!seen.has(line.text)) seen.set(line.text, line);
    if (seen.size === excerptLines) break;
  }
  return [...seen.values()].map(({ time, severity, text }) => ({ time, severity, text }));
}
