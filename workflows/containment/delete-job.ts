import { cancelExecutions } from './cancel-executions.ts';
import { defineRung, foundOf, targetOf } from './rung.ts';
import { alreadyTaken } from './sentences.ts';

/** Delete the job with its executions, after what runs of it was cancelled: whether deletion alone ends a run is not documented. */
export const deleteJob = defineRung({
  kind: 'delete-job',
  resource: 'job',
  against: ['process', 'entry', 'image'],
  order: 950,
  summary:
    'Every execution that runs is cancelled, then the job is deleted with all its executions, for good. Its logs stay.',
  actions: ['cancel-executions', 'delete'],
  writes: ['running', 'exists'],
  build(context) {
    const { settings } = context;
    const cancel = cancelExecutions.build(context);
    const before = cancel?.actions ?? [];
    return {
      title: `Delete ${settings.name}, for good`,
      actions: [
        ...before,
        {
          id: `a${before.length + 1}`,
          kind: 'delete',
          title: `delete the job ${settings.name} and its executions`,
          target: targetOf(settings),
          when: 'at-once',
          precondition: { exists: true, ...foundOf(settings, []) },
          change: { exists: false },
          inverse: null,
        },
      ],
      stops: [...(cancel?.stops ?? []), 'every new execution, whoever starts it'],
      doesNotStop: [
        alreadyTaken,
        'other workloads with the same image or the same service account',
        'whoever can deploy: the job can be made again',
      ],
      breaks: [
        ...(cancel?.breaks ?? []),
        `schedules and triggers of ${settings.name} fail until someone deploys it anew`,
        'its executions, settings and policy are gone, apart from what this case has saved',
      ],
      undo: 'It cannot be undone: the job can only be deployed anew, from its source or from the settings that this case has saved.',
    };
  },
});
