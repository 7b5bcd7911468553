import { invalidArgument, notFound } from '../kernel/refuse.ts';
import type { CloudRunState } from '../cloud-run/state.ts';
import { parseMonitoringFilter } from './filter.ts';
import { instanceSeries } from './instance-series.ts';

const metricType = 'run.googleapis.com/container/instance_count';
const sampledEveryMilliseconds = 60_000;
/** A sample is not shown before this has passed. Source: Google Cloud metrics list, run.googleapis.com. */
const shownAfterMilliseconds = 120_000;
const maximumPoints = 100_000;

interface Timestamp {
  readonly seconds?: string;
  readonly nanos?: number;
}

/** A google.monitoring.v3.ListTimeSeriesRequest. */
export interface ListTimeSeriesRequest {
  readonly name?: string;
  readonly filter?: string;
  readonly interval?: { readonly startTime?: Timestamp | null; readonly endTime?: Timestamp | null } | null;
  readonly aggregation?: object | null;
  readonly secondaryAggregation?: object | null;
  readonly orderBy?: string;
  readonly view?: string;
  readonly pageToken?: string;
}

/**
 * The instance counts in that interval: a sample each whole minute, newest first, in one page. Throws INVALID_ARGUMENT on another metric,
 * an aggregation, or more than 100,000 points; NOT_FOUND on an unknown project. Source: google/monitoring/v3/metric_service.proto.
 */
export function listTimeSeries(request: ListTimeSeriesRequest, state: CloudRunState, now: number): object {
  const demands = parseMonitoringFilter(request.filter ?? '');
  if (demands.get('metric.type') !== metricType)
    throw invalidArgument(
      `this sandbox has no metric ${JSON.stringify(demands.get('metric.type'))}, only ${metricType}`,
    );
  if (given(request.aggregation) || given(request.secondaryAggregation) || (request.orderBy ?? '') !== '')
    throw invalidArgument('this sandbox answers raw series only: no aggregation, no order_by');
  if ((request.pageToken ?? '') !== '') throw invalidArgument('page_token does not belong to this request');
  const samples = samplesIn(request, now);
  const timeSeries = instanceSeries(state, projectOf(request.name ?? '', state))
    .filter(({ resource, state }) => [...demands].every(([field, value]) => valueOf(field, resource, state) === value))
    .map((series) => ({ series, counts: samples.map((time) => ({ time, count: series.countAt(time) })) }))
    // A revision without instances writes no samples; the minute in which they ended still shows a 0.
    .map(({ series, counts }) => ({
      series,
      points: counts.filter(({ time, count }) => count > 0 || series.countAt(time - sampledEveryMilliseconds) > 0),
    }))
    .filter(({ points }) => points.length > 0)
    .map(({ series, points }) => ({
      metric: { type: metricType, labels: { state: series.state } },
      resource: series.resource,
      metricKind: 'GAUGE',
      valueType: 'INT64',
      points: request.view === 'HEADERS' ? [] : points.map(({ time, count }) => pointOf(time, count)),
    }));
  return { timeSeries, unit: '1' };
}

/** Every whole minute of the interval whose sample is shown already, newest first. Both ends are included. */
function samplesIn({ interval }: ListTimeSeriesRequest, now: number): number[] {
  if (!interval?.endTime) throw invalidArgument('interval.end_time is missing');
  const to = milliseconds(interval.endTime);
  const from = interval.startTime ? milliseconds(interval.startTime) : to;
  if (from > to) throw invalidArgument('interval.start_time is after its end_time');
  const newest = Math.floor(Math.min(to, now - shownAfterMilliseconds) / sampledEveryMilliseconds);
  const oldest = Math.ceil(from / sampledEveryMilliseconds);
  const count = Math.max(0, newest - oldest + 1);
  if (count > maximumPoints)
    throw invalidArgument(`interval: this sandbox answers at most ${maximumPoints} points a series, not ${count}`);
  return Array.from({ length: count }, (_, index) => (newest - index) * sampledEveryMilliseconds);
}

function valueOf(
  field: string,
  resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> },
  state: string,
): string | undefined {
  if (field === 'metric.type') return metricType;
  if (field === 'metric.labels.state') return state;
  if (field === 'resource.type') return resource.type;
  return resource.labels[field.slice('resource.labels.'.length)];
}

function projectOf(name: string, state: CloudRunState): string {
  const [, project] = /^projects\/([^/]+)$/.exec(name) ?? [];
  if (project === undefined) throw invalidArgument(`name: ${JSON.stringify(name)} is not projects/P`);
  const record = [...Object.values(state.services), ...Object.values(state.jobs)].find(
    (one) => one.project === project || one.projectNumber === project,
  );
  if (record === undefined) throw notFound(`the sandbox has no project ${JSON.stringify(project)} with metrics`);
  return record.project;
}

function pointOf(time: number, count: number): object {
  const at = { seconds: String(time / 1000), nanos: 0 };
  return { interval: { startTime: at, endTime: at }, value: { int64Value: String(count) } };
}

function milliseconds({ seconds = '0', nanos = 0 }: Timestamp): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}

function given(value: object | null | undefined): boolean {
  return value !== undefined && value !== null;
}
