import type { protos } from '@google-cloud/logging';
import type { Ground } from './ground.ts';

type LogEntry = protos.google.logging.v2.ILogEntry;

/** Seconds until a log entry can surely be read. */
export const readableAfter = 90;

const resourceTypes: Readonly<Record<string, readonly [type: string, label: string]>> = {
  services: ['cloud_run_revision', 'service_name'],
  workerPools: ['cloud_run_worker_pool', 'worker_pool_name'],
  jobs: ['cloud_run_job', 'job_name'],
  instances: ['cloud_run_instance', 'instance_name'],
};

/** The resource of that full name, as filters of logs and metrics name it. */
export function resourceFilter(name: string): string {
  const [, , , , collection = '', short = ''] = name.split('/');
  const [type, label] = resourceTypes[collection] ?? ['', ''];
  return `resource.type="${type}" AND resource.labels.${label}="${short}"`;
}

/** The newest log entries (100 at most) of that resource since a moment (milliseconds since the epoch), which also fit the filter. */
export async function linesOf(
  { clients, project }: Pick<Ground, 'clients' | 'project'>,
  name: string,
  since: number,
  filter = '',
): Promise<LogEntry[]> {
  return entriesOf(
    { clients, project },
    [resourceFilter(name), `timestamp>="${new Date(since).toISOString()}"`, filter]
      .filter((part) => part !== '')
      .join(' AND '),
  );
}

/** The newest log entries (100 at most) of the project that fit the filter. */
export async function entriesOf(
  { clients, project }: Pick<Ground, 'clients' | 'project'>,
  filter: string,
): Promise<LogEntry[]> {
  const [entries] = await clients.logs.listLogEntries(
    { resourceNames: [`projects/${project}`], filter, orderBy: 'timestamp desc', pageSize: 100 },
    { autoPaginate: false },
  );
  return entries;
}

/** The instance counts of a resource from five minutes before that moment on: all revisions and states. Times are milliseconds since the epoch. */
export async function instanceCounts(
  ground: Pick<Ground, 'clients' | 'project' | 'now'>,
  name: string,
  since: number,
): Promise<{ readonly at: number; readonly count: number }[]> {
  const seconds = (time: number) => ({ seconds: Math.floor(time / 1000) });
  const [series] = await ground.clients.metrics.listTimeSeries(
    {
      name: `projects/${ground.project}`,
      filter: `metric.type="run.googleapis.com/container/instance_count" AND ${resourceFilter(name)}`,
      interval: { startTime: seconds(since - 300_000), endTime: seconds(await ground.now()) },
      view: 'FULL',
    },
    { autoPaginate: false },
  );
  return series.flatMap(({ points }) =>
    (points ?? []).map(({ interval, value }) => ({
      at: Number(interval?.endTime?.seconds) * 1000,
      count: Number(value?.int64Value ?? 0),
    })),
  );
}
