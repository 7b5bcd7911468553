import type { protos } from '@google-cloud/run';
import type { Fields } from '../../model/fields.ts';
import { shortName } from './service-fields.ts';

type Execution = protos.google.cloud.run.v2.IExecution;

/** The fields of a job that plans speak of, as its executions tell them: a job itself has no traffic, no scaling, no ingress and no switch. */
export function jobFields(executions: readonly Execution[]): Fields {
  return { exists: true, running: executions.filter(isRunning).map(({ name }) => shortName(name)) };
}

/** True until Cloud Run says when the execution ended: one that waits to start will run too. Source: run/v2/execution.proto, completion_time. */
export function isRunning({ completionTime, deleteTime }: Execution): boolean {
  return (completionTime ?? null) === null && (deleteTime ?? null) === null;
}
