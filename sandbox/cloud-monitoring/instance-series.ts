import { instanceCounter } from '../cloud-run/instance-count.ts';
import { runs } from '../cloud-run/jobs.ts';
import type { CloudRunState } from '../cloud-run/state.ts';

/** The instances of one revision or job, as a function of time. */
export interface InstanceSeries {
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly state: 'active' | 'idle';
  /** How many there were then; milliseconds since the epoch. */
  readonly countAt: (time: number) => number;
}

/** Every series of run.googleapis.com/container/instance_count that a project has, deleted resources included. */
export function instanceSeries(state: CloudRunState, project: string): InstanceSeries[] {
  const ofRevisions = Object.values(state.services)
    .filter((record) => record.project === project)
    .flatMap((record) => {
      const place = { project_id: record.project, location: record.location };
      return record.revisions.flatMap((revision) => {
        const resource =
          record.kind === 'workerPools'
            ? {
                type: 'cloud_run_worker_pool',
                labels: { ...place, worker_pool_name: record.name, revision_name: revision.name },
              }
            : {
                type: 'cloud_run_revision',
                labels: {
                  ...place,
                  service_name: record.name,
                  configuration_name: record.name,
                  revision_name: revision.name,
                },
              };
        const countsAt = instanceCounter(record, revision);
        return (['active', 'idle'] as const).map((name) => ({
          resource,
          state: name,
          countAt: (time: number) => countsAt(time)[name],
        }));
      });
    });
  const ofJobs = Object.values(state.jobs)
    .filter((job) => job.project === project)
    .map((job) => ({
      resource: {
        type: 'cloud_run_job',
        labels: { project_id: job.project, location: job.location, job_name: job.name },
      },
      state: 'active' as const,
      countAt: (time: number) => job.executions.filter((execution) => runs(job, execution, time)).length,
    }));
  return [...ofRevisions, ...ofJobs];
}
