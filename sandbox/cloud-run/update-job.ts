import { invalidArgument } from '../kernel/refuse.ts';
import { taskOf } from './jobs.ts';
import type { JobRecord } from './job-record.ts';
import type { Template } from './service-record.ts';
import { withDefaults } from './template-defaults.ts';
import { checkedTemplate } from './template.ts';

/** A google.cloud.run.v2.Job as it comes in, as far as it can be written. */
export interface RequestedJob {
  readonly name?: string;
  readonly etag?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly template?: Template | null;
}

/** What the whole job becomes: there is no mask, so what is left out is lost. Throws INVALID_ARGUMENT. Source: run/v2/job.proto, UpdateJobRequest. */
export function requestedJob(
  { template, labels = {}, annotations = {} }: RequestedJob,
  { projectNumber }: Pick<JobRecord, 'projectNumber'>,
): Pick<JobRecord, 'template' | 'labels' | 'annotations'> {
  if (template === undefined || template === null) throw invalidArgument('job.template is missing');
  const { taskCount = 0, parallelism = 0, labels: executionLabels, annotations: executionAnnotations } = template;
  const task = taskOf(template);
  return {
    labels,
    annotations,
    template: {
      // The proto: a job has at least one task.
      taskCount: taskCount === 0 ? 1 : taskCount,
      ...(parallelism === 0 ? {} : { parallelism }),
      ...given('labels', executionLabels),
      ...given('annotations', executionAnnotations),
      // In a oneof a 0 is a value: no retries. Without one there are three.
      template: {
        ...withDefaults(checkedTemplate(task), 'jobs', projectNumber),
        maxRetries: task['retries'] === 'maxRetries' ? task['maxRetries'] : 3,
      },
    },
  };
}

function given(name: string, map: unknown): Readonly<Record<string, unknown>> {
  return typeof map === 'object' && map !== null && Object.keys(map).length > 0 ? { [name]: map } : {};
}
