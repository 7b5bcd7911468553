import type { MetricServiceClient, protos } from '@google-cloud/monitoring';
import type { CloudRunResource } from '../model/finding.ts';
import type { Answered, Unanswered } from '../model/investigation.ts';
import type { InstanceCount } from '../model/signs-of-life.ts';
import { messageOf } from '../runtime/errors.ts';
import { resourceFilter } from './log-lines.ts';

/** Whose instances to count after a change. */
export interface InstanceRequest {
  readonly resource: CloudRunResource;
  /** Absent: the whole resource. */
  readonly revision?: string;
  /** RFC 3339 UTC: when the change was in place. */
  readonly since: string;
}

/** Counts instances; where that cannot be told (yet) the answer is why, never an error: nothing waits for it. */
export type CountInstances = (request: InstanceRequest) => Promise<Answered<InstanceCount>>;

type Series = protos.google.monitoring.v3.ITimeSeries;

const metric = 'metric.type="run.googleapis.com/container/instance_count"';
/** What ran before the change is asked for too: what has not ended yet must not be taken for what never was. */
const lookBack = 300_000;
/** A count may be of the minute before its time, and instances have 10 s to end: only after that is one what still runs. */
const endsWithin = 70_000;
/** Counts come each minute, up to two minutes late. Source: Google Cloud metrics list, run.googleapis.com. An older one says nothing of now. */
const freshFor = 240_000;

/** Counts by Cloud Monitoring, reading only: one call. */
export function instanceCounter(metrics: Pick<MetricServiceClient, 'listTimeSeries'>): CountInstances {
  return async ({ resource, revision, since }) => {
    if (resource.kind === 'job' && revision !== undefined)
      return { status: 'not-applicable', reason: 'Cloud Monitoring counts a job as a whole, not its executions' };
    if (resource.kind === 'instance')
      return { status: 'not-applicable', reason: 'an instance is one: Cloud Monitoring is not asked to count it' };
    const changedAt = Date.parse(since);
    const now = Date.now();
    try {
      const [series, , response] = await metrics.listTimeSeries(
        {
          name: `projects/${resource.project}`,
          filter: `${metric} AND ${resourceFilter(resource, revision)}`,
          interval: { startTime: timestamp(changedAt - lookBack), endTime: timestamp(now) },
          view: 'FULL',
        },
        { timeout: 5_000, retry: null, autoPaginate: false },
      );
      if (response?.nextPageToken) return unknown('Cloud Monitoring has more counts than fit one answer');
      return countOf(series, changedAt, now);
    } catch (error) {
      return unknown(`Cloud Monitoring: ${messageOf(error)}`);
    }
  };
}

/** Zero only where a zero was seen after the change, and nothing that ran before is without one. */
export function countOf(series: readonly Series[], changedAt: number, now: number): Answered<InstanceCount> {
  const newest = series.flatMap(newestOf);
  const latest = (points: readonly Point[]): string => new Date(Math.max(...points.map(({ at }) => at))).toISOString();
  const alive = newest.filter(({ count }) => count > 0);
  const running = alive.filter(({ at }) => at >= changedAt + endsWithin && at >= now - freshFor);
  if (running.length > 0) {
    const instances = running.reduce((sum, { count }) => sum + count, 0);
    return { status: 'answered', value: { instances, at: latest(running) } };
  }
  if (alive.length > 0) return unknown(`Cloud Monitoring’s newest count is of ${latest(alive)}`, 'pending');
  const ended = newest.filter(({ at }) => at >= changedAt);
  if (ended.length > 0) return { status: 'answered', value: { instances: 0, at: latest(ended) } };
  return unknown('Cloud Monitoring shows no count since the change', 'pending');
}

interface Point {
  readonly at: number;
  readonly count: number;
}

/** The newest point of a series: Cloud Monitoring lists it first. Source: google/monitoring/v3/metric.proto, TimeSeries.points. */
function newestOf({ points }: Series): Point[] {
  const [point] = points ?? [];
  const { seconds } = point?.interval?.endTime ?? {};
  const count = point?.value?.int64Value;
  return seconds === undefined || seconds === null || count === undefined || count === null
    ? []
    : [{ at: Number(seconds) * 1000, count: Number(count) }];
}

function timestamp(milliseconds: number) {
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 };
}

function unknown(reason: string, status: Unanswered['status'] = 'failed'): Unanswered {
  return { status, reason: reason.slice(0, 200) };
}
