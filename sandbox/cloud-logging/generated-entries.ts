import { createHash } from 'node:crypto';
import { intervalsOf } from '../cloud-run/instances.ts';
import { receivesRequests } from '../cloud-run/wanted-instances.ts';
import type { InstanceInterval } from '../cloud-run/instances.ts';
import type { RevisionRecord, ServiceRecord } from '../cloud-run/service-record.ts';
import type { CloudRunState } from '../cloud-run/state.ts';
import type { World } from '../kernel/reality.ts';
import type { LogEntry } from './entry.ts';
import { instanceLines } from './instance-lines.ts';
import { jobLines } from './job-lines.ts';
import { mayFit } from './scope.ts';
import type { Scope } from './scope.ts';

/** A serving revision writes a request line and a line of its own this often, where its seed does not say. */
const usualSeconds = 30;

/** Lines in the order in which the scope wants them. */
export type Lines = Iterable<LogEntry>;

/**
 * The lines that the containers of a project wrote in that scope, by who wrote them. They are made when they are read, from the intervals in
 * which instances lived: the same call makes the same lines.
 */
export function* generatedLines(
  state: CloudRunState,
  project: string,
  scope: Scope,
  world: Pick<World, 'refused-requests'>,
): Generator<Lines> {
  if (scope.audit) return;
  for (const record of Object.values(state.services)) {
    if (record.project === project) yield* serviceLines(record, scope, world);
  }
  for (const record of Object.values(state.instances ?? {}))
    if (record.project === project) yield* instanceLines(record, scope);
  for (const job of Object.values(state.jobs)) if (job.project === project) yield* jobLines(job, scope);
}

function* serviceLines(record: ServiceRecord, scope: Scope, world: Pick<World, 'refused-requests'>): Generator<Lines> {
  for (const revision of record.revisions) {
    const resource = resourceOf(record, revision);
    if (!mayFit(scope, resource)) continue;
    if (record.kind === 'services' && world['refused-requests'] === 'logged')
      for (const span of refusedTimes(record, revision)) yield refusedLines(record, revision, span, scope, resource);
    for (const interval of intervalsOf(revision, record)) {
      const write = writerOf(record, revision, interval, resource);
      yield platformLines(interval, scope, write);
      yield beacons(revision, interval, scope, write);
      for (const serving of record.kind === 'services' ? servingTimes(record, revision, interval) : [])
        yield ordinaryLines(record, interval, serving, scope, write);
    }
  }
}

/** What the outbound shell writes, from its opening to the end of the instance. */
export function* beacons(
  { compromise }: Pick<RevisionRecord, 'compromise'>,
  interval: Pick<InstanceInterval, 'from' | 'to'>,
  scope: Scope,
  write: Writer,
): Generator<LogEntry> {
  if (compromise === undefined) return;
  const opened = interval.from + compromise.afterSeconds * 1000;
  for (const at of ticks(opened, opened, interval.to, compromise.everySeconds * 1000, scope)) {
    yield write(at, 'stdout', { textPayload: compromise.beaconText });
  }
}

function* ordinaryLines(
  record: ServiceRecord,
  interval: InstanceInterval,
  serving: Span,
  scope: Scope,
  write: Writer,
): Generator<LogEntry> {
  const every = (record.requestEverySeconds ?? usualSeconds) * 1000;
  // Ticks count from the start of the instance, so that a change of traffic does not move them.
  for (const at of ticks(interval.from + 1_500, serving.from, serving.to, every, scope)) {
    const answered = at + 40 <= scope.to ? [write(at + 40, 'stdout', { textPayload: 'request handled in 40 ms' })] : [];
    const request = write(at, 'requests', {
      severity: 'INFO',
      httpRequest: {
        requestMethod: 'GET',
        requestUrl: addressOf(record),
        status: 200,
      },
    });
    yield* scope.newestFirst ? [...answered, request] : [request, ...answered];
  }
}

interface Span {
  readonly from: number;
  readonly to: number | undefined;
}

/** What the platform says of an instance: that it starts, and how its container ended. */
export function* platformLines(
  { from, to, ending }: Pick<InstanceInterval, 'from' | 'to'> & { readonly ending?: InstanceInterval['ending'] },
  scope: Scope,
  write: Writer,
): Generator<LogEntry> {
  const told = [
    { at: from, severity: 'INFO', textPayload: 'Starting new instance. Reason: AUTOSCALING' },
    {
      at: to ?? Number.POSITIVE_INFINITY,
      severity: 'WARNING',
      textPayload: ending === 'stopping' ? 'Container terminated on signal 9.' : 'Container called exit(0).',
    },
  ] as const;
  for (const { at, ...said } of scope.newestFirst ? told.toReversed() : told)
    if (at >= scope.from && at <= scope.to) yield write(at, 'varlog/system', said);
}

/** Callers go on asking a service that has no instance to give them: Google refuses them itself, in the name of the revision that has the traffic. */
function* refusedLines(
  record: ServiceRecord,
  revision: RevisionRecord,
  { from, to }: Span,
  scope: Scope,
  resource: LogEntry['resource'],
): Generator<LogEntry> {
  const every = (record.requestEverySeconds ?? usualSeconds) * 1000;
  for (const at of ticks(from + 1_500, from, to, every, scope)) {
    yield {
      logName: `projects/${record.project}/logs/run.googleapis.com%2Frequests`,
      resource,
      timestamp: at,
      severity: 'ERROR',
      insertId: `${digest(revision.uid).slice(0, 10)}f${at.toString(36)}`,
      labels: {},
      httpRequest: { requestMethod: 'GET', requestUrl: addressOf(record), status: 503 },
    };
  }
}

/** When the revision had traffic and nothing that could take it. */
function refusedTimes(record: ServiceRecord, revision: RevisionRecord): Span[] {
  const { deletedAt } = record;
  return record.history.flatMap((snapshot, index) => {
    const target = snapshot.targets.find((one) => one.revision === revision.name);
    if ((target?.percent ?? 0) === 0 || receivesRequests(snapshot, revision)) return [];
    return [{ from: snapshot.at, to: earlier(record.history[index + 1]?.at, deletedAt) }];
  });
}

function addressOf({ name, projectNumber, location }: ServiceRecord): string {
  return `https://${name}-${projectNumber}.${location}.run.app/`;
}

/** When the interval's instances received requests. */
function servingTimes(record: ServiceRecord, revision: RevisionRecord, interval: InstanceInterval): Span[] {
  return record.history.flatMap((snapshot, index) => {
    const from = Math.max(snapshot.at, interval.from);
    const to = earlier(record.history[index + 1]?.at, interval.to);
    return receivesRequests(snapshot, revision) && (to === undefined || from < to) ? [{ from, to }] : [];
  });
}

/** Moments at a fixed distance, counted from `origin`, within the span and the scope. */
function* ticks(origin: number, from: number, to: number | undefined, every: number, scope: Scope): Generator<number> {
  const start = Math.max(from, scope.from, origin);
  const end = Math.min(to ?? Number.POSITIVE_INFINITY, scope.to + 1);
  const first = Math.ceil((start - origin) / every);
  const count = Math.ceil((end - origin) / every) - first;
  for (let index = 0; index < count; index += 1)
    yield origin + (scope.newestFirst ? first + count - 1 - index : first + index) * every;
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

export type Writer = (
  at: number,
  stream: 'stdout' | 'requests' | 'varlog/system',
  content: Partial<LogEntry>,
) => LogEntry;

/** The monitored resource of a revision's lines. */
function resourceOf(record: ServiceRecord, revision: RevisionRecord): LogEntry['resource'] {
  const place = { project_id: record.project, location: record.location, revision_name: revision.name };
  return record.kind === 'workerPools'
    ? { type: 'cloud_run_worker_pool', labels: { ...place, worker_pool_name: record.name } }
    : {
        type: 'cloud_run_revision',
        labels: { ...place, service_name: record.name, configuration_name: record.name },
      };
}

/** Makes the lines of one instance. What they share is made once: there are many. */
function writerOf(
  record: ServiceRecord,
  revision: RevisionRecord,
  interval: InstanceInterval,
  resource: LogEntry['resource'],
): Writer {
  const instanceId = digest(`${revision.uid} ${interval.from}`);
  return (at, stream, content) => ({
    logName: `projects/${record.project}/logs/run.googleapis.com%2F${encodeURIComponent(stream)}`,
    resource,
    timestamp: at,
    severity: 'DEFAULT',
    insertId: `${instanceId.slice(0, 10)}${stream.slice(0, 1)}${at.toString(36)}`,
    labels: { instanceId },
    ...content,
  });
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
