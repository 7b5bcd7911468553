import { createHash } from 'node:crypto';
import { endOf, runs } from './jobs.ts';
import { type ExecutionRecord, fullName, type JobRecord } from './state.ts';
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
  const latest = job.executions.at(-1);
  return {
    name: fullName(job),
    uid: job.uid,
    generation: String(job.version),
    observedGeneration: String(job.version),
    createTime: timestamp(job.createTime),
    updateTime: timestamp(job.updateTime),
    creator: job.creator,
    lastModifier: job.lastModifier,
    launchStage: 'GA',
    template: job.template,
    executionCount: job.executions.length,
    ...(latest === undefined
      ? {}
      : {
          latestCreatedExecution: {
            name: latest.name,
            createTime: timestamp(latest.createTime),
            ...(runs(job, latest, now) ? {} : { completionTime: timestamp(endOf(job, latest)) }),
          },
        }),
    terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED', lastTransitionTime: timestamp(job.updateTime) },
    reconciling: false,
    etag: jobEtag(job),
  };
}

/** A google.cloud.run.v2.Execution. */
export function executionOnWire(job: JobRecord, execution: ExecutionRecord, now: number): object {
  const running = runs(job, execution, now);
  const { template } = job.template;
  const state = running
    ? 'CONDITION_RECONCILING'
    : execution.cancelledAt === undefined
      ? 'CONDITION_SUCCEEDED'
      : 'CONDITION_FAILED';
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
    conditions: [{ type: 'Completed', state, lastTransitionTime: timestamp(execution.createTime) }],
    runningCount: running ? 1 : 0,
    succeededCount: !running && execution.cancelledAt === undefined ? 1 : 0,
    cancelledCount: !running && execution.cancelledAt !== undefined ? 1 : 0,
    etag: executionEtag(execution),
  };
}
