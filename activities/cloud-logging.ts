import type { ProjectsClient } from '@google-cloud/resource-manager';
import type { IdentityTraces, LogsAndIdentity, Unanswered } from '../model/investigation.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { askingActivity } from './asking-activity.ts';
import { carriedTraffic, type TrafficRequest } from './carried-traffic.ts';
import type { CloudRunClients } from './cloud-run.ts';
import { dataAccessAnswers, type IdentityRequest, tracesOf } from './identity.ts';
import type { CountInstances } from './instance-count.ts';
import { logDeletionJudge } from './log-deletion.ts';
import { type LogExportRequest, logSaver } from './log-export.ts';
import { logPages } from './log-pages.ts';
import { quietChecker } from './quiet.ts';
import { sameAccountFinder } from './same-account.ts';
import type { TokenBucket } from './token-bucket.ts';
import { triedOnce } from './tried-once.ts';

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
export interface LogRequest extends LogExportRequest {
  /** Whose traces to look for at the same time; absent where the account is not known. */
  readonly account?: IdentityRequest;
}

const notYet: Unanswered = { status: 'pending', reason: 'which account it is was not known yet' };

/** Cloud Logging, reading only. */
export function cloudLoggingActivities(dependencies: CloudLoggingDependencies) {
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

  /**
   * Saves the container's log lines around the finding, and looks for past traffic and for traces of its service account where it is known whose
   * and the quota allows all at once; else `carriedTraffic` or `identity` is pending, and `findCarriedTraffic` or `investigateIdentity` is to
   * be asked.
   */
  async function pullContainerLogs({ account, ...request }: LogRequest): Promise<LogsAndIdentity> {
    const { turn, saved } = saveLogs(request);
    const ask = async (wanted: IdentityRequest): Promise<IdentityTraces> => {
      await turn;
      return tracesOf(identity, wanted, undefined);
    };
    const [logs, traces] = await Promise.all([saved, account === undefined ? notYet : triedOnce(() => ask(account))]);
    return { logs, identity: traces };
  }

  /** Looks for past traffic, with the patience that the quota asks for. */
  async function findCarriedTraffic(request: TrafficRequest): Promise<readonly string[]> {
    return carriedTraffic({ readPage, lane: lanes.first }, request, askingActivity());
  }

  /** Looks for traces of a stolen service account, with the patience that the quota asks for. */
  async function investigateIdentity(request: IdentityRequest): Promise<IdentityTraces> {
    return tracesOf(identity, request, askingActivity());
  }

  const checkQuiet = quietChecker({ readPage, evidence, lane: lanes.watch, ...(countInstances && { countInstances }) });

  return { pullContainerLogs, findCarriedTraffic, investigateIdentity, checkQuiet };
}
