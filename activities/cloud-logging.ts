import type { ProjectsClient } from '@google-cloud/resource-manager';
import { Context, heartbeat } from '@temporalio/activity';
import type { CloudRunResource } from '../model/finding.ts';
import type { EvidenceReference } from '../model/evidence.ts';
import type { Answered, IdentityTraces, LogExport, LogsAndIdentity, Unanswered } from '../model/investigation.ts';
import type { Json } from '../model/json.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { messageOf } from '../runtime/errors.ts';
import { withoutRequests } from './audit-entry.ts';
import { carriedIn, carriedTraffic, type TrafficRequest } from './carried-traffic.ts';
import type { CloudRunClients } from './cloud-run.ts';
import { googleFailure } from './google-errors.ts';
import { dataAccessAnswers, type IdentityRequest, tracesOf } from './identity.ts';
import type { CountInstances, InstanceCount } from './instance-count.ts';
import { later } from './later.ts';
import { logDeletionJudge } from './log-deletion.ts';
import { lineOf, type LogLine, resourceFilter } from './log-lines.ts';
import { logPages } from './log-pages.ts';
import { sameAccountFinder } from './same-account.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface CloudLoggingDependencies {
  readonly logs: ObserveClients['logs'];
  /** For what else runs as a stolen identity. */
  readonly cloudRun: Pick<CloudRunClients, 'services' | 'jobs' | 'workerPools'>;
  /** For whether a stolen identity may delete logs. */
  readonly projects: Pick<ProjectsClient, 'getIamPolicy'>;
  readonly evidence: EvidenceStore;
  /**
   * List calls, counted by project: 60 a minute, not raisable. Three lanes share them, so that neither a flood of new cases nor long logs
   * keep a watch after a change from looking.
   */
  readonly lanes: { readonly first: TokenBucket; readonly more: TokenBucket; readonly watch: TokenBucket };
  /** Log scopes to read instead of the project's own. */
  readonly scopes: readonly string[];
  /** Absent: instances are not counted, a watch goes by the logs alone. */
  readonly countInstances?: CountInstances;
}

/** Which log lines to save. */
export interface LogRequest {
  readonly resource: CloudRunResource;
  /** RFC 3339 UTC, included. */
  readonly from: string;
  /** Whose traces to look for at the same time; absent where the account is not known. */
  readonly account?: IdentityRequest;
  /** Whose past traffic to look for; absent where no revision is to be asked about, or it is not known which. */
  readonly traffic?: TrafficRequest;
}

/** Whether a revision falls silent; of a job, an execution. */
export interface QuietRequest {
  readonly resource: CloudRunResource;
  /** Absent: the whole resource. */
  readonly revision?: string;
  /** RFC 3339 UTC: when the change was in place. */
  readonly since: string;
  readonly quietSeconds: number;
}

/** How the watch ended, and the lines that were read last. */
export interface SignsOfLife {
  readonly quiet: boolean;
  /** The last line since the change, RFC 3339 UTC; absent where there was none. */
  readonly lastAt?: string;
  /** How many instances there were; absent where they are not counted. Not known is not quiet, and spoils no quiet. */
  readonly instances?: Answered<InstanceCount>;
  readonly evidence: EvidenceReference;
}

const notYet: Unanswered = { status: 'pending', reason: 'which account it is was not known yet' };
const noTraffic: Unanswered = { status: 'pending', reason: 'which revisions to ask about was not known yet' };
/** A search over weeks may take its time, but not that of a proposal. Milliseconds. */
const searchTime = 5_000;
const mostPages = 5;
const excerptLines = 12;
/** How long a long export waits for the quota between two pages, milliseconds. */
const longestPause = 15_000;
/** Cloud Run ends an instance with SIGTERM and, 10 s later, SIGKILL: what it writes until then are its last lines. */
const shutdownSeconds = 10;
/** When a new count of instances may be there, milliseconds. */
const nextCount = 60_000;

/** Cloud Logging, reading only. */
export function cloudLoggingActivities(dependencies: CloudLoggingDependencies) {
  const { logs, cloudRun, projects, evidence, lanes, scopes, countInstances } = dependencies;
  const scopesOf = (project: string): string[] => (scopes.length > 0 ? [...scopes] : [`projects/${project}`]);
  const readPage = logPages(logs, scopesOf);
  const readSoon = logPages(logs, scopesOf, searchTime);
  // Admin-activity logs are always the project's own, wherever its other logs are routed to.
  const readAudit = logPages(logs, (project) => [...new Set([`projects/${project}`, ...scopes])]);
  const identity = {
    readPage: readAudit,
    othersRunningAs: sameAccountFinder(cloudRun),
    mayDeleteLogs: logDeletionJudge(projects),
    evidence,
    lane: lanes.more,
    dataAccessOf: dataAccessAnswers(),
  };

  /**
   * Saves the container's log lines around the finding, and looks for past traffic and for traces of its service account where it is known whose
   * and the quota allows all at once; else `carriedTraffic` or `identity` is pending, and `findCarriedTraffic` or `investigateIdentity` is to
   * be asked.
   */
  async function pullContainerLogs({ account, ...request }: LogRequest): Promise<LogsAndIdentity> {
    await lanes.first.take(request.resource.project, caller());
    const [saved, traces] = await Promise.all([
      saveLogs(request),
      account === undefined ? notYet : triedOnce(() => tracesOf(identity, account, undefined)),
    ]);
    return { logs: saved, identity: traces };
  }

  /** Looks for past traffic, with the patience that the quota asks for. */
  async function findCarriedTraffic(request: TrafficRequest): Promise<readonly string[]> {
    return carriedTraffic({ readPage, lane: lanes.first }, request, caller());
  }

  /** Looks for traces of a stolen service account, with the patience that the quota asks for. */
  async function investigateIdentity(request: IdentityRequest): Promise<IdentityTraces> {
    return tracesOf(identity, request, caller());
  }

  /** The saved lines tell for nothing; only where they show none is a call spent. */
  async function trafficOf(lines: readonly LogLine[], request: TrafficRequest): Promise<LogExport['carriedTraffic']> {
    const value = carriedIn(lines, request);
    if (value.length > 0) return { status: 'answered', value };
    // The recommendation hangs on it: it comes of the share of new cases.
    return triedOnce(() => carriedTraffic({ readPage: readSoon, lane: lanes.first }, request, undefined));
  }

  /** JSON lines, oldest first. Newest are read first, so a cut loses the oldest. */
  async function saveLogs({ resource, from, traffic }: Omit<LogRequest, 'account'>): Promise<LogExport> {
    const to = new Date().toISOString();
    const filter = `${resourceFilter(resource)} AND timestamp>="${from}" AND timestamp<="${to}"`;
    const lines: Json[] = [];
    let next = '';
    try {
      for (let page = 1; page <= mostPages; page += 1) {
        const read = await readPage(resource.project, filter, next);
        lines.push(...read.entries.map(withoutRequests));
        next = read.next;
        heartbeat(lines.length);
        if (next === '' || page === mostPages || !(await mayGoOn(resource.project))) break;
      }
    } catch (error) {
      throw googleFailure('Cloud Logging, read the container’s logs', error);
    }
    const known = lines.map(lineOf);
    const [reference, carried] = await Promise.all([
      save(lines),
      traffic === undefined ? noTraffic : trafficOf(known, traffic),
    ]);
    return {
      evidence: reference,
      entries: lines.length,
      from,
      to,
      complete: next === '',
      detail:
        next === ''
          ? ''
          : `only the newest ${lines.length} lines were saved; there are more before ${known.at(-1)?.time ?? from}`,
      revisions: perRevision(known),
      carriedTraffic: carried,
      excerpt: excerptOf(known),
    };
  }

  /**
   * Watches a revision after a change: answers when it was quiet for the window, or when patience is over. It never waits itself: it asks to
   * be started again when the next look is due.
   */
  async function checkQuiet({ resource, revision, since, quietSeconds }: QuietRequest): Promise<SignsOfLife> {
    const changedAt = Date.parse(since);
    const dueAt = quietSeconds === 0 ? changedAt : changedAt + (quietSeconds + shutdownSeconds) * 1000;
    if (Date.now() < dueAt)
      throw later('watching', `${revision ?? resource.name} has to be quiet for ${quietSeconds} s`, dueAt - Date.now());
    await lanes.watch.take(resource.project, caller());
    // What others do to the resource, a schedule that is refused for one, is in Google's record of it and no sign of life.
    const filter = `${resourceFilter(resource, revision)} AND NOT logName:"cloudaudit.googleapis.com" AND timestamp>="${since}"`;
    const [{ entries }, instances] = await Promise.all([
      readPage(resource.project, filter).catch((error: unknown) => {
        throw googleFailure('Cloud Logging, look for signs of life', error);
      }),
      countInstances?.({ resource, ...(revision !== undefined && { revision }), since }),
    ]);
    const lines = entries.map(withoutRequests);
    const lastAt = lines.map(lineOf)[0]?.time;
    const quietFor = lastAt === undefined ? Infinity : Date.now() - Date.parse(lastAt);
    const silent = quietFor >= quietSeconds * 1000;
    const still = instances?.status === 'answered' ? instances.value.instances : 0;
    // One more window, then it counts as not quiet.
    const patience = dueAt + quietSeconds * 1000 - Date.now();
    if (!silent && patience > 0)
      throw later('watching', `${revision ?? resource.name} wrote at ${lastAt}`, quietSeconds * 1000 - quietFor + 500);
    if (still > 0 && patience > 0)
      throw later('watching', `${revision ?? resource.name} has ${still} instances`, Math.min(patience, nextCount));
    return {
      quiet: silent && still === 0,
      ...(lastAt !== undefined && { lastAt }),
      ...(instances !== undefined && { instances }),
      evidence: await save(lines),
    };
  }

  /** Whether the quota lets a long export read another page soon; else the export ends here, and says so. */
  async function mayGoOn(project: string): Promise<boolean> {
    try {
      await lanes.more.take(project, caller(), longestPause);
      return true;
    } catch {
      return false;
    }
  }

  async function save(newestFirst: readonly Json[]): Promise<EvidenceReference> {
    const text = newestFirst
      .toReversed()
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    return evidence.put('logs', 'application/x-ndjson', text);
  }

  return { pullContainerLogs, findCarriedTraffic, investigateIdentity, checkQuiet };
}

/** What fails, as the quota that is used up, is no answer yet. */
async function triedOnce<T>(ask: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { status: 'answered', value: await ask() };
  } catch (error) {
    return { status: 'pending', reason: messageOf(error).slice(0, 200) };
  }
}

/** Who asks, for the quota's queue: the activity, whichever attempt it is. */
function caller(): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${workflowExecution?.workflowId ?? ''}/${workflowExecution?.runId ?? ''}/${activityId}`;
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
