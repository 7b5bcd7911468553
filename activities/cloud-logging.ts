import type { CarriedTraffic } from '../model/good-rule.ts';
import type { IdentityTraces, LogsAndIdentity } from '../model/investigation.ts';
import type { IdentityRequest, LogExportRequest, LogQuestions, TrafficRequest } from '../model/log-requests.ts';
import { askingActivity } from './asking-activity.ts';
import type { LogReader } from './log-reader.ts';

/** Which log lines to save, and what else to ask of the logs at the same time. */
export type LogRequest = LogExportRequest & LogQuestions;

/** Cloud Logging, reading only. */
export function cloudLoggingActivities({ lookAtLogs, carriedTraffic, identityTraces, checkQuiet }: LogReader) {
  /**
   * Saves the container's log lines around the finding, and looks for past traffic and for traces of its service account where it is known whose
   * and the quota allows all at once; else `carriedTraffic` or `identity` is pending, and `findCarriedTraffic` or `investigateIdentity` is to
   * be asked.
   */
  async function pullContainerLogs(request: LogRequest): Promise<LogsAndIdentity> {
    return lookAtLogs(request, Promise.resolve(request), askingActivity());
  }

  /** Looks for past traffic, with the patience that the quota asks for. */
  async function findCarriedTraffic(request: TrafficRequest): Promise<readonly CarriedTraffic[]> {
    return carriedTraffic(request, askingActivity());
  }

  /** Looks for traces of a stolen service account, with the patience that the quota asks for. */
  async function investigateIdentity(request: IdentityRequest): Promise<IdentityTraces> {
    return identityTraces(request, askingActivity());
  }

  return { pullContainerLogs, findCarriedTraffic, investigateIdentity, checkQuiet };
}
