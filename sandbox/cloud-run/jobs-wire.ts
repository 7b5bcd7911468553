import { createHash } from 'node:crypto';
import { endOf, runs, taskOf } from './jobs.ts';
import type { ExecutionRecord, JobRecord } from './job-record.ts';
import { fullName } from './state.ts';
import { timestamp } from './wire.ts';

/** The etag of a job as it is now. */
export function jobEtag(job: JobRecord): string {
  return etag(`${fullName(job)} ${job.version}`);
}

/** The etag of an execution as it is now. */
export function executionEtag({ uid, cancelledAt }: ExecutionRecord): string {
  return etag(`${uid} ${cancelledAt ?? 0}`);
}

function etag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64').slice(0, 22)}"`;
}

/** A google.cloud.run.v2.Job. */
export function jobOnWire(job: JobRecord, now: number): object {
  const reconciling = job.updating !== undefined && now < job.updating.until;
  const latest = job.executions.findLast(({ deletedAt }) => deletedAt === undefined);
  return {
    name: fullName(job),
    uid: job.uid,
    generation: String(job.version),
    observedGeneration: String(reconciling ? job.version - 1 : job.version),
    createTime: timestamp(job.createTime),
    updateTime: timestamp(job.updateTime),
    creator: job.creator,
    lastModifier: job.lastModifier,
    launchStage: 'GA',
    labels: job.labels,
    annotations: job.annotations,
    template: job.template,
    executionCount: job.executions.filter(({ deletedAt }) => deletedAt === undefined).length,
    ...(latest === undefined
      ? {}
      : {
          latestCreatedExecution: {
            name: latest.name,
            createTime: timestamp(latest.createTime),
            completionStatus: completionOf(job, latest, now),
            ...(runs(job, latest, now) ? {} : { completionTime: timestamp(endOf(job, latest)) }),
          },
        }),
    terminalCondition: {
      type: 'Ready',
      state: reconciling ? 'CONDITION_PENDING' : 'CONDITION_SUCCEEDED',
      lastTransitionTime: timestamp(job.updateTime),
    },
    reconciling,
    etag: jobEtag(job),
  };
}

function completionOf(job: JobRecord, execution: ExecutionRecord, now: number): string {
  if (runs(job, execution, now)) return 'EXECUTION_RUNNING';
  return execution.cancelledAt === undefined ? 'EXECUTION_SUCCEEDED' : 'EXECUTION_CANCELLED';
}

/** A google.cloud.run.v2.Execution. */
export function executionOnWire(job: JobRecord, execution: ExecutionRecord, now: number): object {
  const running = runs(job, execution, now);
  const template = taskOf(execution.template);
  const cancelled = execution.cancelledAt !== undefined;
  const state = running ? 'CONDITION_RECONCILING' : cancelled ? 'CONDITION_FAILED' : 'CONDITION_SUCCEEDED';
  const reason = cancelled ? { executionReason: running ? 'CANCELLING' : 'CANCELLED' } : {};
  return {
    name: `${fullName(job)}/executions/${execution.name}`,
    uid: execution.uid,
    creator: execution.creator,
    generation: '1',
    createTime: timestamp(execution.createTime),
    startTime: timestamp(execution.createTime),
    updateTime: timestamp(execution.cancelledAt ?? execution.createTime),
    ...(running ? {} : { completionTime: timestamp(endOf(job, execution)) }),
    launchStage: 'GA',
    job: job.name,
    parallelism: 1,
    taskCount: 1,
    template,
    reconciling: running,
    conditions: [{ type: 'Completed', state, ...reason, lastTransitionTime: timestamp(execution.createTime) }],
    runningCount: running ? 1 : 0,
    succeededCount: !running && !cancelled ? 1 : 0,
    cancelledCount: !running && cancelled ? 1 : 0,
    etag: executionEtag(execution),
  };
}
