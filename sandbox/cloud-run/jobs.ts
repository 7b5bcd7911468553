import { randomUUID } from 'node:crypto';
import { invokersOf } from './iam.ts';
import type { CloudRunState, ExecutionRecord, JobRecord } from './state.ts';

/** When an execution ends, or ended: by itself, or after the grace time that a cancelled one has. Milliseconds since the epoch. */
export function endOf(
  { graceSeconds }: Pick<JobRecord, 'graceSeconds'>,
  { endsAt, cancelledAt }: ExecutionRecord,
): number {
  return cancelledAt === undefined ? endsAt : Math.min(endsAt, cancelledAt + graceSeconds * 1000);
}

/** True while an execution runs. */
export function runs(job: Pick<JobRecord, 'graceSeconds'>, execution: ExecutionRecord, now: number): boolean {
  return execution.createTime <= now && endOf(job, execution) > now;
}

/** Adds an execution that starts at that moment. */
export function addExecution(job: JobRecord, at: number, creator: string): ExecutionRecord {
  const execution: ExecutionRecord = {
    name: `${job.name}-${randomUUID().slice(0, 5)}`,
    uid: randomUUID(),
    createTime: at,
    creator,
    endsAt: at + job.runsSeconds * 1000,
  };
  job.executions.push(execution);
  return execution;
}

/** Lets the outside scheduler run the jobs that are due, where it may. True where something changed. */
export function settleJobs(state: CloudRunState, now: number): boolean {
  let changed = false;
  for (const job of Object.values(state.jobs)) {
    if (job.rerunEverySeconds === undefined || job.deletedAt !== undefined) continue;
    while (job.nextRunAt !== undefined && job.nextRunAt <= now) {
      if (invokersOf(job).length > 0)
        addExecution(job, job.nextRunAt, `scheduler@${job.project}.iam.gserviceaccount.com`);
      job.nextRunAt += job.rerunEverySeconds * 1000;
      changed = true;
    }
  }
  return changed;
}
