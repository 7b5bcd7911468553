import type { ProjectsClient } from '@google-cloud/resource-manager';
import type { Answered, IdentityTraces, LogsAndIdentity, Unanswered } from '../model/investigation.ts';
import type { IdentityRequest, LogExportRequest, LogQuestions, TrafficRequest } from '../model/log-requests.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { carriedTraffic } from './carried-traffic.ts';
import type { CloudRunClients } from './cloud-run.ts';
import { dataAccessAnswers, tracesOf } from './identity.ts';
import type { CountInstances } from './instance-count.ts';
import { logDeletionJudge } from './log-deletion.ts';
import { logSaver } from './log-export.ts';
import { logPages } from './log-pages.ts';
import { quietChecker } from './quiet.ts';
import { sameAccountFinder } from './same-account.ts';
import { servingSeer } from './serving.ts';
import type { TokenBucket } from './token-bucket.ts';
import { triedOnce } from './tried-once.ts';

export interface LogReaderDependencies {
  readonly logs: ObserveClients['logs'];
  /** For what else runs as a stolen identity. */
  readonly cloudRun: Pick<CloudRunClients, 'services' | 'jobs' | 'workerPools' | 'instances'>;
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

/** What Cloud Logging is read for, by whichever activity. `who` asks, for the quota's queue; undefined where nobody comes back. */
export type LogReader = ReturnType<typeof logReader>;

const notYet: Unanswered = { status: 'pending', reason: 'which account it is was not known yet' };

/** Reads Cloud Logging below its quota, which all that read through one of these share. */
export function logReader(dependencies: LogReaderDependencies) {
  const { cloudRun, projects, evidence, lanes, scopes, countInstances } = dependencies;
  const scopesOf = (project: string): string[] => (scopes.length > 0 ? [...scopes] : [`projects/${project}`]);
  const readPage = logPages(dependencies.logs, scopesOf);
  const saveLogs = logSaver({ logs: dependencies.logs, scopesOf, evidence, lanes });
  const identity = {
    // Admin-activity logs are always the project's own, wherever its other logs are routed to.
    readPage: logPages(dependencies.logs, (project) => [...new Set([`projects/${project}`, ...scopes])]),
    othersRunningAs: sameAccountFinder(cloudRun),
    mayDeleteLogs: logDeletionJudge(projects),
    evidence,
    lane: lanes.more,
    dataAccessOf: dataAccessAnswers(),
  };

  /** Saves the container's log lines; asks the rest as soon as it is known what to ask. */
  async function lookAtLogs(
    request: LogExportRequest,
    questions: Promise<LogQuestions>,
    who: string | undefined,
  ): Promise<LogsAndIdentity> {
    const traffic = questions.then((known) => known.traffic);
    const { turn, saved } = saveLogs(request, traffic, who);
    const traces = async (): Promise<Answered<IdentityTraces>> => {
      const { account } = await questions;
      if (account === undefined) return notYet;
      return triedOnce(async () => {
        await turn;
        return tracesOf(identity, account, undefined);
      });
    };
    const [logs, found] = await Promise.all([saved, traces()]);
    return { logs, identity: found };
  }

  return {
    lookAtLogs,
    carriedTraffic: (request: TrafficRequest, who: string | undefined) =>
      carriedTraffic({ readPage, lane: lanes.first }, request, who),
    identityTraces: (request: IdentityRequest, who: string | undefined) => tracesOf(identity, request, who),
    seesServing: servingSeer({ readPage, lane: lanes.watch }),
    checkQuiet: quietChecker({ readPage, evidence, lane: lanes.watch, ...(countInstances && { countInstances }) }),
  };
}
