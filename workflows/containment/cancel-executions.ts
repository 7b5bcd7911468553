import type { ResourceSettings } from '../../model/cloud-run.ts';
import { listEnabled } from '../../model/schedules.ts';
import { defineRung, foundOf, targetOf } from './rung.ts';
import { alreadyTaken } from './sentences.ts';

/** Cancel executions: what of the job runs now ends. Nothing keeps it from being started again. */
export const cancelExecutions = defineRung({
  kind: 'cancel-executions',
  resource: 'job',
  against: ['process'],
  order: 200,
  summary:
    'Every execution of the job that runs is cancelled. Whoever may run the job, a scheduler for one, can start it again.',
  actions: ['cancel-executions'],
  writes: ['running'],
  build({ settings }) {
    const running = settings.fields.running ?? [];
    if (running.length === 0) return null;
    return {
      title: `Cancel what runs of ${settings.name}`,
      actions: [
        {
          id: 'a1',
          kind: 'cancel-executions',
          title: `cancel every execution that runs: now ${running.join(', ')}`,
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, []),
          change: { running: [] },
          inverse: {},
        },
      ],
      stops: ['every execution that runs, and with it any process in one'],
      doesNotStop: [newExecutions(settings), alreadyTaken],
      breaks: ['the work of the cancelled executions is not finished'],
      undo: 'Nothing to give back: a cancelled execution has ended. Run the job again.',
    };
  },
});

function newExecutions({ schedules }: ResourceSettings): string {
  const enabled = schedules?.status === 'answered' ? listEnabled(schedules.value) : '';
  return enabled === ''
    ? 'new executions: whoever may run the job, such as a scheduler, can start it again'
    : `new executions: whoever may run the job can start it again, and these schedules will, since Firebreak pauses none: ${enabled}`;
}
