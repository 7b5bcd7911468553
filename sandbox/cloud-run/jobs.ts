import { randomUUID } from 'node:crypto';
import { invokersOf } from './governed.ts';
import type { ExecutionRecord, JobRecord } from './job-record.ts';
import type { Template } from './service-record.ts';
import { type CloudRunState, fullName } from './state.ts';
import { imagesOf } from './template.ts';

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

/** An execution that starts at that moment, of the job as it is now. */
export function newExecution(job: JobRecord, at: number, creator: string): ExecutionRecord {
  const { compromise, updating } = job;
  const template = updating !== undefined && at < updating.until ? updating.before : job.template;
  return {
    name: `${job.name}-${randomUUID().slice(0, 5)}`,
    uid: randomUUID(),
    createTime: at,
    creator,
    template,
    ...(compromise !== undefined && imagesOf(taskOf(template)).includes(compromise.image) ? { compromise } : {}),
    endsAt: at + job.runsSeconds * 1000,
  };
}

/** Lets the outside scheduler run the jobs that are due, where it may. True where something changed. */
export function settleJobs(state: CloudRunState, now: number): boolean {
  let changed = false;
  for (const job of Object.values(state.jobs)) {
    if (job.rerunEverySeconds === undefined || job.deletedAt !== undefined) continue;
    while (job.nextRunAt !== undefined && job.nextRunAt <= now) {
      if (invokersOf(job, job.nextRunAt).length > 0) schedule(state, job, job.nextRunAt);
      job.nextRunAt += job.rerunEverySeconds * 1000;
      changed = true;
    }
  }
  return changed;
}

function schedule(state: CloudRunState, job: JobRecord, at: number): void {
  const actor = `scheduler@${job.project}.iam.gserviceaccount.com`;
  job.executions.push(newExecution(job, at, actor));
  state.audit.push({ at, actor, method: 'google.cloud.run.v2.Jobs.RunJob', resource: fullName(job), api: 'v1' });
}

/** The TaskTemplate in an ExecutionTemplate. */
export function taskOf({ template }: Template): Template {
  return typeof template === 'object' && template !== null ? { ...template } : {};
}
