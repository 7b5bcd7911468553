import { type Area, by, holds } from '../claim.ts';
import { resourceFilter } from '../observations.ts';
import type { Ground } from '../ground.ts';

const metric = 'metric.type="run.googleapis.com/container/instance_count"';
/** Seconds after which a sample was taken and is shown. */
const shownAfter = 240;

/** Cloud Monitoring, which counts instances. */
export const cloudMonitoring: Area = {
  title: 'Cloud Monitoring (`google.monitoring.v3`)',
  served:
    'Served: `MetricService` ListTimeSeries, for `run.googleapis.com/container/instance_count`. Role: observe; others PERMISSION_DENIED.',
  claims: [
    {
      id: 'monitoring.series',
      statement:
        'a series a revision and `metric.labels.state` (`active` or `idle`); GAUGE, INT64; points newest first',
      source: 'Google Cloud metrics list, run.googleapis.com; metric_service.proto',
      strength: 'documented',
      check: by(['service'], async (ground) => {
        const service = await ground.canaries.service();
        await ground.pause(shownAfter);
        const series = await seriesOf(ground, service.name);
        const [first] = series;
        const times = (first?.points ?? []).map(({ interval }) => Number(interval?.endTime?.seconds));
        const newestFirst = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0));
        const states = [...new Set(series.map((one) => one.metric?.labels?.['state'] ?? ''))].toSorted();
        return holds(
          String(first?.metricKind) === 'GAUGE' &&
            String(first?.valueType) === 'INT64' &&
            newestFirst &&
            states.length > 0 &&
            states.every((state) => state === 'active' || state === 'idle'),
          `${series.length} series, ${String(first?.metricKind)}, ${String(first?.valueType)}, states ${states.join(', ')}`,
        );
      }),
    },
    {
      id: 'monitoring.pools',
      statement: 'worker pools and jobs have this metric too (`cloud_run_worker_pool`, `cloud_run_job`)',
      source: 'Cloud Run’s page on monitoring: two of the three kinds; which ones was lost where it was read',
      strength: 'assumed',
      check: by(['worker-pool'], async (ground) => {
        const pool = await ground.canaries.workerPool();
        await ground.pause(shownAfter);
        const series = await seriesOf(ground, pool.name);
        return holds(series.length > 0, `${series.length} series of a pool with an instance`);
      }),
    },
    {
      id: 'monitoring.delay',
      statement: 'a point each minute, shown up to two minutes later; the sandbox always takes the whole time',
      source: 'Google Cloud metrics list: sampled every 60 s, not visible for up to 120 s',
      strength: 'documented',
      check: by(['service'], async (ground) => {
        const service = await ground.canaries.service();
        await ground.pause(shownAfter);
        const now = await ground.now();
        const points = (await seriesOf(ground, service.name)).flatMap((one) => one.points ?? []);
        const newest = Math.max(0, ...points.map(({ interval }) => Number(interval?.endTime?.seconds) * 1000));
        const age = Math.round((now - newest) / 1000);
        return holds(age <= 180, `the newest of ${points.length} points was ${age} s old`);
      }),
    },
    {
      id: 'monitoring.zero',
      statement: 'without instances there are no points; the first minute without is a 0',
      source: 'none',
      strength: 'assumed',
      check: { none: 'an absence would have to be told from a delay' },
    },
    {
      id: 'monitoring.stopping',
      statement: 'instances that got SIGTERM count as idle',
      source: 'none',
      strength: 'assumed',
      check: { none: 'they are gone within seconds, and a sample is taken each minute' },
    },
    {
      id: 'monitoring.pages',
      statement: 'a page has up to 100,000 points',
      source: 'metric_service.proto',
      strength: 'documented',
      check: { none: 'no canary has so many' },
    },
  ],
  own: [
    'Filters: `FIELD="VALUE"` joined by AND, for metric.type (needed), resource.type, metric.labels.state and resource labels; everything else, aggregation and ordering too, is INVALID_ARGUMENT by name.',
    'All points come in one page, at most 100,000 a series.',
  ],
};

async function seriesOf({ clients, project, now }: Ground, name: string) {
  const seconds = (time: number) => ({ seconds: Math.floor(time / 1000) });
  const end = await now();
  const [series] = await clients.metrics.listTimeSeries(
    {
      name: `projects/${project}`,
      filter: `${metric} AND ${resourceFilter(name)}`,
      interval: { startTime: seconds(end - 900_000), endTime: seconds(end) },
      view: 'FULL',
    },
    { autoPaginate: false },
  );
  return series;
}
