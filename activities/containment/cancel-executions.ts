import { status } from '@grpc/grpc-js';
import type { protos } from '@google-cloud/run';
import { targetName } from '../../model/rails.ts';
import type { Target } from '../../model/plan.ts';
import type { RespondClients } from '../../runtime/google-clients.ts';
import { grpcCode, NotPossible } from '../google-errors.ts';
import { reasonHeader } from '../request-reason.ts';
import { isRunning, jobFields, jobTemplate } from '../settings/job-fields.ts';
import { shortName } from '../settings/service-fields.ts';
import { traceOf } from './asked.ts';
import { outcomeOf } from './calls.ts';
import { callOptions, type Executor, gone, startedOperation } from './executor.ts';

type Execution = protos.google.cloud.run.v2.IExecution;

/** Cancels every execution of a job that runs, each with the etag just read. One that ends by itself meanwhile is as good. */
export function cancelExecutions({ jobs, executions }: Pick<RespondClients, 'jobs' | 'executions'>): Executor {
  /** All that there are: one that runs can be older than many that have ended. */
  async function executionsOf(target: Target): Promise<Execution[]> {
    const found: Execution[] = [];
    const parent = targetName(target);
    let pageToken = '';
    do {
      const [listed, , response] = await executions.listExecutions(
        { parent, pageSize: 1000, pageToken },
        { ...callOptions, autoPaginate: false },
      );
      found.push(...listed);
      pageToken = response?.nextPageToken ?? '';
    } while (pageToken !== '');
    return found;
  }

  async function runningOf(target: Target): Promise<Execution[]> {
    return (await executionsOf(target)).filter(isRunning);
  }

  /** Cancels each; answers what was started. What is refused counts only while the execution still runs. */
  async function cancelAll(target: Target, reason: string, validateOnly: boolean) {
    const found = await runningOf(target);
    const asked = await Promise.allSettled(
      found.map(async ({ name, etag }) => {
        const [operation] = await executions.cancelExecution(
          { name: name ?? '', etag: etag ?? '', validateOnly },
          { ...callOptions, ...reasonHeader(reason) },
        );
        return { execution: shortName(name), ...startedOperation(operation) };
      }),
    );
    const refused = asked.flatMap((answer, index) => {
      const { name = '' } = found[index] ?? {};
      return answer.status === 'rejected' ? [{ name, error: answer.reason as unknown }] : [];
    });
    const started = asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    return { started, refused };
  }

  async function throwIfRunning(
    target: Target,
    refused: readonly { readonly name: string | null; readonly error: unknown }[],
  ) {
    if (refused.length === 0) return;
    const still = new Set((await runningOf(target)).map(({ name }) => name));
    const real = refused.find(({ name }) => still.has(name));
    if (real !== undefined) throw real.error;
  }

  return {
    moves: 0,
    async read(target) {
      try {
        const [[job], found] = await Promise.all([
          jobs.getJob({ name: targetName(target) }, callOptions),
          executionsOf(target),
        ]);
        // Each execution has an etag of its own; the job's says nothing about them.
        return {
          name: job.name ?? '',
          fields: { ...jobFields(found), template: jobTemplate(job) },
          etag: '',
          settled: true,
          ...traceOf(job),
        };
      } catch (error) {
        if (grpcCode(error) === status.NOT_FOUND) return gone;
        throw error;
      }
    },
    async validate({ target }, _live, reason) {
      const { refused } = await cancelAll(target, reason, true);
      await throwIfRunning(target, refused);
    },
    async start({ target, change }, _live, reason) {
      if (change.running === undefined || change.running.length > 0)
        throw new NotPossible('executions can be cancelled, all of them; they cannot be started');
      const { started, refused } = await cancelAll(target, reason, false);
      if (started.length === 0) {
        const unclear = refused.find(({ error }) => outcomeOf(error) === 'unknown');
        if (unclear !== undefined) throw unclear.error;
        await throwIfRunning(target, refused);
        return 'not-needed';
      }
      return {
        name: started.map(({ execution, name }) => `${execution}: ${name}`).join(', '),
        async ended() {
          const ends = await Promise.allSettled(started.map(({ ended }) => ended()));
          await throwIfRunning(target, refused);
          for (const end of ends) if (end.status === 'rejected') throw end.reason;
          return {};
        },
      };
    },
  };
}
