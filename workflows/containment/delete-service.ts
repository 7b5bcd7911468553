import { defineRung, foundOf, targetOf } from './rung.ts';
import { alreadyTaken } from './sentences.ts';

/** Delete the service with all its revisions. Logs stay. Source: run/v2 DeleteService. */
export const deleteService = defineRung({
  kind: 'delete-service',
  resource: 'service',
  against: ['process', 'entry', 'image'],
  order: 950,
  summary: 'The service and all its revisions are deleted, for good. Its logs stay.',
  actions: ['delete'],
  writes: ['exists'],
  build({ settings }) {
    return {
      title: `Delete ${settings.name}, for good`,
      actions: [
        {
          id: 'a1',
          kind: 'delete',
          title: `delete the service ${settings.name} and its revisions`,
          target: targetOf(settings),
          when: 'at-once',
          precondition: { exists: true, ...foundOf(settings, []) },
          change: { exists: false },
          inverse: null,
        },
      ],
      stops: [`every instance of every revision of ${settings.name}`, 'every request to the service'],
      doesNotStop: [
        alreadyTaken,
        'other workloads with the same image or the same service account',
        'whoever can deploy: the service can be made again',
      ],
      breaks: [
        `${settings.name} is gone until someone deploys it anew, perhaps at another address`,
        'its revisions, settings and policy are gone, apart from what this case has saved',
      ],
      undo: 'It cannot be undone: the service can only be deployed anew, from its source or from the settings that this case has saved.',
    };
  },
});
