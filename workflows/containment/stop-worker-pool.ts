import { pick } from '../../model/fields.ts';
import { defineRung, foundOf, targetOf, zeroInstances } from './rung.ts';
import { alreadyTaken, newerRevisions } from './sentences.ts';

/** Stop a worker pool: no instances. */
export const stopWorkerPool = defineRung({
  kind: 'stop-worker-pool',
  resource: 'workerPool',
  against: ['process', 'image'],
  order: 400,
  summary: 'The worker pool is scaled to no instances, of any revision.',
  actions: ['update-worker-pool'],
  writes: ['scaling'],
  build({ settings, bad }) {
    return {
      title: `Stop ${settings.name}: no instances of any revision`,
      actions: [
        {
          id: 'a1',
          kind: 'update-worker-pool',
          title: 'no instances',
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, ['scaling']),
          change: { scaling: zeroInstances },
          inverse: pick(settings.fields, ['scaling']),
        },
      ],
      stops: [`every instance of every revision of ${settings.name}, and any process in one`],
      doesNotStop: [alreadyTaken],
      breaks: [
        `${settings.name} does no work until someone gives its scaling back`,
        ...(bad === null ? [] : newerRevisions(settings, bad, 'stops too')),
      ],
      undo: 'The scaling as it was, from the receipt. It would start the compromised revision again.',
    };
  },
});
