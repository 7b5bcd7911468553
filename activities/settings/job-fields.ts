import type { protos } from '@google-cloud/run';
import type { Fields, TemplateField } from '../../model/fields.ts';
import { shortName } from './service-fields.ts';

type Execution = protos.google.cloud.run.v2.IExecution;
type Job = protos.google.cloud.run.v2.IJob;

/** The fields of a job that plans speak of, as its executions tell them: a job itself has no traffic, no scaling, no ingress and no switch. */
export function jobFields(executions: readonly Execution[]): Fields {
  return { exists: true, running: executions.filter(isRunning).map(({ name }) => shortName(name)) };
}

/**
 * What stands for a job's newest revision, of which it has none: its generation moves with every change of what is asked for, and with no
 * execution and no policy; the uid tells one that was made anew under the same name. Source: run/v2/job.proto, generation and uid.
 */
export function jobTemplate({ generation, template, uid }: Job): TemplateField {
  return {
    revision: `generation ${String(generation ?? '')} of ${uid ?? ''}`,
    serviceAccount: template?.template?.serviceAccount ?? '',
  };
}

/** True until Cloud Run says when the execution ended: one that waits to start will run too. Source: run/v2/execution.proto, completion_time. */
export function isRunning({ completionTime, deleteTime }: Execution): boolean {
  return (completionTime ?? null) === null && (deleteTime ?? null) === null;
}
