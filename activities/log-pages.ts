import type { protos } from '@google-cloud/logging';
import type { ObserveClients } from '../runtime/google-clients.ts';

/** One page of log entries, newest first. */
export interface LogPage {
  readonly entries: readonly protos.google.logging.v2.ILogEntry[];
  /** Empty after the last page. */
  readonly next: string;
}

/** Reads a page: one call of the quota. */
export type LogPages = (project: string, filter: string, pageToken?: string, pageSize?: number) => Promise<LogPage>;

/** Pages of log entries; `scopesOf` says where those of a project are; a call may take `timeout` milliseconds. */
export function logPages(
  logs: ObserveClients['logs'],
  scopesOf: (project: string) => string[],
  timeout = 15_000,
): LogPages {
  return async (project, filter, pageToken = '', pageSize = 1_000) => {
    const resourceNames = scopesOf(project);
    const [entries, , response] = await logs.listLogEntries(
      { resourceNames, filter, orderBy: 'timestamp desc', pageSize, pageToken },
      { timeout, retry: null, autoPaginate: false },
    );
    return { entries, next: response?.nextPageToken ?? '' };
  };
}
