import { answered } from '../answers.ts';
import { untilDone } from '../canaries/canary.ts';
import { by, type Claim, holds } from '../claim.ts';
import { steadily } from './cloud-run-updates.ts';

/** Jobs and their executions. */
export const jobClaims: readonly Claim[] = [
  {
    id: 'job.whole',
    statement:
      'UpdateJob takes the whole job: there is no mask, what is left out is lost, and the server fills its defaults in',
    source: 'k8s-config-connector, recorded runjob (2025-12); job.proto, UpdateJobRequest',
    strength: 'recorded',
    check: by(['job'], async ({ canaries }) => {
      const job = await canaries.job();
      const whole = await job.read();
      const marked = await job.change({ ...whole, annotations: { 'firebreak.dev/contract': 'to be lost' }, etag: '' });
      const { annotations: _, ...rest } = marked;
      const after = await job.change({ ...rest, etag: '' });
      const before = Object.keys(marked.annotations ?? {}).length;
      const left = Object.keys(after.annotations ?? {}).includes('firebreak.dev/contract');
      return holds(
        before > 0 && !left,
        `the annotation was ${before > 0 ? 'set' : 'not set'}, then ${left ? 'kept' : 'lost'}`,
      );
    }),
  },
  {
    id: 'job.reconciling',
    statement: 'until an update of a job is done `reconciling` is true and `observedGeneration` the old one',
    source: 'k8s-config-connector, recorded runjob (2025-12)',
    strength: 'recorded',
    check: by(['job'], async ({ canaries, pause }) => {
      const job = await canaries.job();
      const whole = await job.read();
      let operation = '';
      await steadily(pause, async () => {
        operation = await job.begin({ ...whole, etag: '', annotations: { 'firebreak.dev/contract': 'reconciling' } });
      });
      const during = await job.read();
      await untilDone(() => job.look(operation), pause);
      const [observed, is] = [Number(during.observedGeneration), Number(during.generation)];
      return holds(
        during.reconciling === true && observed < is,
        `reconciling ${during.reconciling}, generation ${is}, observed ${observed}`,
      );
    }),
  },
  {
    id: 'job.retries',
    statement: 'without `maxRetries` there are three; 0 is a value',
    source: 'k8s-config-connector, recorded runjob (2025-12); task_template.proto (oneof)',
    strength: 'recorded',
    check: by(['job'], async ({ canaries }) => {
      const job = await canaries.job();
      const whole = await job.read();
      const { maxRetries, ...task } = whole.template?.template ?? {};
      const after = await job.change({ ...whole, etag: '', template: { ...whole.template, template: task } });
      const filled = after.template?.template?.maxRetries;
      return holds(maxRetries === 0 && filled === 3, `given 0 it is ${maxRetries}, not given ${filled}`);
    }),
  },
  {
    id: 'job.execution-template',
    statement:
      'an execution keeps the template that it began with; a changed job is in force for those that begin later',
    source: 'execution.proto',
    strength: 'documented',
    check: by(['job'], async ({ canaries, clients, pause }) => {
      const job = await canaries.job();
      const whole = await job.read();
      const { execution } = await job.start();
      await pause(5);
      const task = whole.template?.template ?? {};
      const containers = (task.containers ?? []).map((one) => ({ ...one, env: [{ name: 'CHANGED', value: 'yes' }] }));
      await job.change({ ...whole, etag: '', template: { ...whole.template, template: { ...task, containers } } });
      const [{ template }] = await clients.executions.getExecution({ name: execution });
      await job.cancel(execution);
      const changed = (template?.containers ?? []).some(({ env }) => env?.some(({ name }) => name === 'CHANGED'));
      return holds(!changed, `the template of what runs was ${changed ? 'changed' : 'kept'}`);
    }),
  },
  {
    id: 'job.run-operation',
    statement: 'the operation of RunJob lasts until the execution has ended',
    source: 'Apache Airflow’s operator waits for it and then judges the execution’s counts',
    strength: 'live write-up',
    check: by(['job'], async ({ canaries, pause }) => {
      const job = await canaries.job();
      const { operation, execution } = await job.start();
      await pause(20);
      const running = await job.look(operation);
      await job.cancel(execution);
      await pause(5);
      const ended = await job.look(operation);
      return holds(
        running.done !== true && ended.done === true,
        `after 20 s ${running.done === true ? 'done' : 'not done'}, after the end ${ended.done === true ? 'done' : 'not done'}`,
      );
    }),
  },
  {
    id: 'job.cancelled',
    statement: 'a cancelled execution has ended when the operation is done, soon after: it gets SIGTERM and 10 s',
    source: 'execution.proto, CancelExecution; the time is a guess',
    strength: 'assumed',
    check: by(['job'], async ({ canaries, clients, pause, now }) => {
      const job = await canaries.job();
      const { execution } = await job.start();
      await pause(15);
      const begun = await now();
      await job.cancel(execution);
      const seconds = Math.round(((await now()) - begun) / 1000);
      const [{ completionTime, cancelledCount }] = await clients.executions.getExecution({ name: execution });
      const ended = completionTime !== undefined && completionTime !== null;
      return holds(
        ended && cancelledCount === 1 && seconds <= 30,
        `${ended ? 'ended' : 'not ended'} after ${seconds} s`,
      );
    }),
  },
  {
    id: 'job.cancel-ended',
    statement: 'cancelling what has ended is FAILED_PRECONDITION',
    source: 'none',
    strength: 'assumed',
    check: by(['job'], async ({ canaries, clients, pause }) => {
      const job = await canaries.job();
      const { execution } = await job.start();
      await pause(5);
      await job.cancel(execution);
      await pause(10);
      const { code, said } = await answered(() => clients.executions.cancelExecution({ name: execution }));
      return holds(code === 'FAILED_PRECONDITION', `answered ${said}`);
    }),
  },
  {
    id: 'job.delete-execution',
    statement: 'DeleteExecution takes one that runs, and ends it as cancelling does',
    source: 'none',
    strength: 'assumed',
    check: by(['job'], async ({ canaries, clients, pause }) => {
      const job = await canaries.job();
      const { execution } = await job.start();
      await pause(5);
      const { code, said } = await answered(async () => {
        const [operation] = await clients.executions.deleteExecution({ name: execution });
        await untilDone(() => job.look(operation.name ?? ''), pause);
      });
      const after = await answered(() => clients.executions.getExecution({ name: execution }));
      if (after.code === 'OK') await answered(() => job.cancel(execution));
      return holds(code === 'OK' && after.code === 'NOT_FOUND', `answered ${said}; then it was ${after.code}`);
    }),
  },
  {
    id: 'job.no-switch',
    statement: 'a job has no switch: whoever may invoke it runs it again',
    source: 'job.proto has no such field',
    strength: 'documented',
    check: { none: 'that there is no such field is in the proto' },
  },
];
