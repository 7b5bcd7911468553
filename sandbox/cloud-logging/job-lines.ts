import { endOf } from '../cloud-run/jobs.ts';
import type { ExecutionRecord, JobRecord } from '../cloud-run/job-record.ts';
import type { LogEntry } from './entry.ts';
import { beacons, digest, type Lines } from './generated-entries.ts';
import { mayFit } from './scope.ts';
import type { Scope } from './scope.ts';

/** The lines that the executions of a job wrote in that scope. */
export function* jobLines(job: JobRecord, scope: Scope): Generator<Lines> {
  const { project, location, name } = job;
  const resource = { type: 'cloud_run_job', labels: { project_id: project, location, job_name: name } };
  if (!mayFit(scope, resource)) return;
  for (const execution of job.executions) {
    const life = { from: execution.createTime, to: endOf(job, execution) };
    const write = (at: number, stream: string, content: Partial<LogEntry>) => ({
      ...line(job, execution, at, stream),
      resource,
      ...content,
    });
    if (life.from >= scope.from && life.from <= scope.to)
      yield [
        write(life.from, 'stdout', {
          textPayload: 'task 0 started',
          insertId: `${digest(execution.uid).slice(0, 10)}start`,
        }),
      ];
    yield beacons(execution, life, scope, write);
    if (life.to >= scope.from && life.to <= scope.to) yield [write(life.to, 'varlog%2Fsystem', endOfTask(execution))];
  }
}

/** Of a job's container the platform tells the end alone. */
function endOfTask({ cancelledAt, uid }: ExecutionRecord): Partial<LogEntry> {
  const insertId = `${digest(uid).slice(0, 10)}end`;
  return cancelledAt === undefined
    ? { insertId, severity: 'INFO', textPayload: 'Container called exit(0).' }
    : { insertId, severity: 'WARNING', textPayload: 'Container terminated on signal 9.' };
}

function line({ project }: JobRecord, execution: ExecutionRecord, at: number, stream: string) {
  return {
    logName: `projects/${project}/logs/run.googleapis.com%2F${stream}`,
    timestamp: at,
    severity: 'DEFAULT' as const,
    insertId: `${digest(execution.uid).slice(0, 10)}j${at.toString(36)}`,
    labels: { 'run.googleapis.com/execution_name': execution.name, instanceId: digest(execution.uid) },
  };
}
