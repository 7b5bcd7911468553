import { pick } from '../../model/fields.ts';
import { defineRung, foundOf, targetOf } from './rung.ts';
import { alreadyTaken, newerRevisions, sameWeakness } from './sentences.ts';
import { allTo } from './traffic.ts';

/** Pin a worker pool: all instances are of the known-good revision. */
export const pinWorkerPool = defineRung({
  kind: 'pin-worker-pool',
  resource: 'workerPool',
  against: ['process', 'image'],
  order: 300,
  summary:
    'All instances of the worker pool are split to the known-good revision; those of the compromised one end. The pool works on.',
  actions: ['update-worker-pool'],
  writes: ['splits'],
  build({ settings, bad, good }) {
    if (good === null || bad === null) return null;
    return {
      title: `Run ${settings.name} from ${good.name} only`,
      actions: [
        {
          id: 'a1',
          kind: 'update-worker-pool',
          title: `all instances of ${good.name}`,
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, ['splits']),
          change: { splits: allTo(good.name) },
          inverse: pick(settings.fields, ['splits']),
        },
      ],
      stops: [`every instance of ${bad.name}, and with it any process in one`],
      doesNotStop: [alreadyTaken, sameWeakness(good.name)],
      breaks: [
        ...newerRevisions(settings, bad, 'gets no instances then'),
        'later deployments get no instances until the split is given back to the latest revision',
      ],
      undo: 'The split as it was, from the receipt. It would start the compromised revision again.',
    };
  },
});
