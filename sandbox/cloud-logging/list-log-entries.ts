import { createHash } from 'node:crypto';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import type { ResourceRecord } from '../cloud-run/governed.ts';
import type { CloudRunState } from '../cloud-run/state.ts';
import type { World } from '../kernel/reality.ts';
import { entryOnWire } from './entry.ts';
import type { LogEntry } from './entry.ts';
import { matches, parseFilter } from './filter.ts';
import { auditEntries } from './audit-entries.ts';
import { generatedLines } from './generated-entries.ts';
import { scopeOf } from './scope.ts';

/** A google.logging.v2.ListLogEntriesRequest. */
export interface ListLogEntriesRequest {
  readonly resourceNames?: readonly string[];
  readonly filter?: string;
  readonly orderBy?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** Where entries come from. */
export interface Sources {
  readonly cloudRun: CloudRunState;
  /** Entries that were put in explicitly. */
  readonly stored: readonly LogEntry[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly world: Pick<World, 'refused-requests'>;
  /** Since when a project's data-access logs are on; undefined where they are off. */
  readonly readsSince: (project: string) => number | undefined;
}

/**
 * A page of the entries that fit. Throws INVALID_ARGUMENT naming what it does not know, NOT_FOUND on a project that the sandbox does not
 * have. Limits: 100 resource names, a filter of 20,000 characters, pages of 1000. Source: google/logging/v2/logging.proto.
 */
export function listLogEntries(
  request: ListLogEntriesRequest,
  sources: Sources,
): { readonly entries: object[]; readonly nextPageToken: string } {
  const { filter: text = '', orderBy = '', pageSize = 0, pageToken = '' } = request;
  if (text.length > 20_000) throw invalidArgument('the filter is longer than 20,000 characters');
  if (pageSize < 0 || pageSize > 1000) throw invalidArgument(`page_size must be from 0 to 1000, not ${pageSize}`);
  const direction = directionOf(orderBy);
  const filter = parseFilter(text);
  const cursor = pageToken === '' ? undefined : cursorOf(pageToken, request);

  const size = pageSize === 0 ? 50 : pageSize;
  const scope = scopeOf(filter, sources.now, direction === 'desc');
  const found: LogEntry[] = [];
  const take = (entries: Iterable<LogEntry>, most = Number.POSITIVE_INFINITY): void => {
    let left = most;
    for (const entry of entries) {
      if ((cursor !== undefined && compare(entry, cursor, direction) <= 0) || !matches(filter, entry)) continue;
      found.push(entry);
      left -= 1;
      if (left === 0) return;
    }
  };
  for (const project of projectsOf(request, sources)) {
    take(
      sources.stored.filter(
        ({ logName, timestamp }) => logName.startsWith(`projects/${project}/`) && timestamp <= sources.now,
      ),
    );
    take(auditEntries(sources.cloudRun, project, scope, sources.readsSince(project)));
    // They come in order: those of a page, and one more, which tells that there is another page.
    for (const lines of generatedLines(sources.cloudRun, project, scope, sources.world)) take(lines, size + 1);
  }
  found.sort((a, b) => compare(a, b, direction));
  const page = found.slice(0, size);
  const last = page.at(-1);
  return {
    entries: page.map(entryOnWire),
    nextPageToken: last === undefined || page.length === found.length ? '' : tokenOf(last, request),
  };
}

/** The projects that a request asks about, by id. A log view stands for its project. Throws INVALID_ARGUMENT or NOT_FOUND. */
export function projectsOf(
  { resourceNames = [] }: ListLogEntriesRequest,
  { cloudRun, stored }: Pick<Sources, 'cloudRun' | 'stored'>,
): Set<string> {
  if (resourceNames.length === 0) throw invalidArgument('resource_names is empty');
  if (resourceNames.length > 100) throw invalidArgument('resource_names has more than 100 names');
  const ids = new Map<string, string>();
  const { services, jobs, instances = {} } = cloudRun;
  for (const { project, projectNumber } of [services, jobs, instances].flatMap((all) =>
    Object.values<ResourceRecord>(all),
  ))
    ids.set(project, project).set(projectNumber, project);
  for (const { logName } of stored) ids.set(logName.split('/')[1] ?? '', logName.split('/')[1] ?? '');
  return new Set(
    resourceNames.map((name) => {
      const [, project] = /^projects\/([^/]+)(?:\/locations\/[^/]+\/buckets\/[^/]+\/views\/[^/]+)?$/.exec(name) ?? [];
      if (project === undefined)
        throw invalidArgument(
          `resource_names: ${JSON.stringify(name)} is neither projects/P nor projects/P/locations/L/buckets/B/views/V`,
        );
      const id = ids.get(project);
      if (id === undefined) throw notFound(`the sandbox has no project ${JSON.stringify(project)} with logs`);
      return id;
    }),
  );
}

type Direction = 'asc' | 'desc';
type Cursor = Pick<LogEntry, 'timestamp' | 'insertId'>;

function directionOf(orderBy: string): Direction {
  if (orderBy === '' || orderBy === 'timestamp asc' || orderBy === 'timestamp') return 'asc';
  if (orderBy === 'timestamp desc') return 'desc';
  throw invalidArgument(`order_by must be "timestamp asc" or "timestamp desc", not ${JSON.stringify(orderBy)}`);
}

function compare(a: Cursor, b: Cursor, direction: Direction): number {
  const byTime = direction === 'asc' ? a.timestamp - b.timestamp : b.timestamp - a.timestamp;
  return byTime === 0 ? (a.insertId < b.insertId ? -1 : a.insertId > b.insertId ? 1 : 0) : byTime;
}

/** The token names the last entry given, so lines that are written meanwhile neither repeat nor hide one. */
function tokenOf({ timestamp, insertId }: Cursor, request: ListLogEntriesRequest): string {
  return Buffer.from(`${timestamp} ${insertId} ${requestDigest(request)}`).toString('base64url');
}

function cursorOf(token: string, request: ListLogEntriesRequest): Cursor {
  const [timestamp, insertId, digest] = Buffer.from(token, 'base64url').toString().split(' ');
  if (insertId === undefined || digest !== requestDigest(request))
    throw invalidArgument('page_token does not belong to a request with these parameters');
  return { timestamp: Number(timestamp), insertId };
}

function requestDigest({ resourceNames, filter, orderBy, pageSize }: ListLogEntriesRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([resourceNames, filter, orderBy, pageSize]))
    .digest('hex')
    .slice(0, 16);
}
