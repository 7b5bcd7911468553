import type { CloudRunResource } from './cloud-run-resource.ts';

/** What is said of each kind of resource. Sources: run/v2 protos; Cloud Logging, monitored resources. */
interface ResourceKind {
  /** As in full names. */
  readonly collection: string;
  /** As people call it. */
  readonly words: string;
  /** The monitored resource of its log lines, and the label that has its name. */
  readonly log: { readonly type: string; readonly label: string };
  /** True where older states of it can be gone back to. */
  readonly hasRevisions: boolean;
}

export const resourceKinds: Readonly<Record<CloudRunResource['kind'], ResourceKind>> = {
  service: {
    collection: 'services',
    words: 'service',
    log: { type: 'cloud_run_revision', label: 'service_name' },
    hasRevisions: true,
  },
  job: {
    collection: 'jobs',
    words: 'job',
    log: { type: 'cloud_run_job', label: 'job_name' },
    hasRevisions: false,
  },
  workerPool: {
    collection: 'workerPools',
    words: 'worker pool',
    log: { type: 'cloud_run_worker_pool', label: 'worker_pool_name' },
    hasRevisions: true,
  },
  // A single container group that is started and stopped by hand, in preview. Its log's resource: what tools that read it filter by.
  instance: {
    collection: 'instances',
    words: 'instance',
    log: { type: 'cloud_run_instance', label: 'instance_name' },
    hasRevisions: false,
  },
};
