import { cancelExecutions } from './cancel-executions.ts';
import { defineRung, targetOf } from './rung.ts';

/** Stop a job: nobody may run it, by its own policy, and what runs is cancelled. A job has no switch of its own. */
export const stopJob = defineRung({
  kind: 'stop-job',
  resource: 'job',
  against: ['process', 'entry', 'image'],
  order: 300,
  summary:
    'The members of roles/run.invoker are taken out of the job’s own policy, then every execution that runs is cancelled. A job cannot be disabled, so this is what keeps schedulers and triggers from starting it again.',
  actions: ['set-invokers', 'cancel-executions'],
  writes: ['invokers', 'running'],
  build(context) {
    const { settings } = context;
    const { invokers } = settings.fields;
    if (invokers === undefined || invokers.length === 0) return null;
    const cancel = cancelExecutions.build(context);
    return {
      title: `Stop ${settings.name}: nobody may run it, nothing of it runs`,
      actions: [
        {
          id: 'a1',
          kind: 'set-invokers',
          title: 'nobody may run it',
          target: targetOf(settings),
          when: 'at-once',
          precondition: { invokers },
          change: { invokers: [] },
          inverse: { invokers },
        },
        ...(cancel?.actions ?? []).map((action) => ({ ...action, id: 'a2' })),
      ],
      stops: [...(cancel?.stops ?? []), `new executions by those who lose the right to run it: ${invokers.join(', ')}`],
      doesNotStop: [
        'runs by whoever inherits the right from the project, a folder or the organization: their bindings are not in the job’s policy',
        'the scheduler or trigger itself: Firebreak cannot pause it, it will fail until the right is given back',
        'credentials or data already taken from the container; tokens already issued to it stay valid for up to an hour',
      ],
      breaks: [...(cancel?.breaks ?? []), `${settings.name} does not run until someone gives the right back`],
      undo: 'The same members may run it again, from the receipt. A cancelled execution has ended.',
    };
  },
});
