import type { ResourceSettings } from '../../model/cloud-run.ts';
import { listSchedules, whereLooked } from '../../model/schedules.ts';
import { cancelExecutions } from './cancel-executions.ts';
import { defineRung, targetOf } from './rung.ts';
import { alreadyTaken, policyTakesMinutes } from './sentences.ts';

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
      stops: [
        ...(cancel?.stops ?? []),
        `new executions by those who lose the right to run it, once the changed policy is in force everywhere (${policyTakesMinutes}): ${invokers.join(', ')}`,
      ],
      doesNotStop: [
        'runs by whoever inherits the right from the project, a folder or the organization: their bindings are not in the job’s policy',
        ...scheduledBy(settings),
        startedBy(settings),
        alreadyTaken,
      ],
      breaks: [...(cancel?.breaks ?? []), `${settings.name} does not run until someone gives the right back`],
      undo: 'The same members may run it again, from the receipt, minutes later. A cancelled execution has ended.',
    };
  },
});

/** Names told of those who started it so far. */
const mostStarters = 5;

/** The schedules that run it, each with its state, or that they are not known: why may be another at each look, and votes are for this text. Nothing where nobody asked. */
function scheduledBy({ schedules }: ResourceSettings): string[] {
  if (schedules === undefined) return [];
  if (schedules.status !== 'answered') return ['the schedules that run it, which are not known'];
  const { found, more } = schedules.value;
  return [
    found.length === 0
      ? `schedules: none that runs it was found where was looked in its project (${whereLooked(schedules.value)})`
      : `the schedules that run it: ${listSchedules(found, more)}. Firebreak pauses none: an enabled one goes on asking, and is refused unless its account inherits the right (${whereLooked(schedules.value)})`,
  ];
}

/** Cloud Run keeps no list of what runs a job; who started its executions is the nearest to one. */
function startedBy({ executions, schedules }: ResourceSettings): string {
  const creators = [...new Set(executions.map(({ creator }) => creator).filter((creator) => creator !== ''))];
  const known = creators.length === 0 ? '' : `; so far started by ${creators.slice(0, mostStarters).join(', ')}`;
  return schedules === undefined
    ? `what starts it: schedules (Cloud Scheduler), events (Eventarc), workflows and pipelines cannot be listed or paused from here, they fail until the right is given back${known}`
    : `what else starts it: workflows, services and pipelines that call it (events of Eventarc come by these) and schedules of other projects cannot be listed or paused from here, they fail until the right is given back${known}`;
}
