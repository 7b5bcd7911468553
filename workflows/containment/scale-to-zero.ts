import { pick } from '../../model/fields.ts';
import { defineRung, foundOf, targetOf, zeroInstances } from './rung.ts';
import { alreadyTaken, newerRevisions } from './sentences.ts';
import { withoutTags } from './traffic.ts';

/** Scale to zero: the service stops. Tags come off too, since a revision that is reachable by tag only keeps instances of its own. */
export const scaleToZero = defineRung({
  kind: 'scale-to-zero',
  resource: 'service',
  against: ['process', 'entry', 'image'],
  order: 400,
  summary:
    'The service stops: no instance of any revision, all tags off, since a revision that is reachable by tag only keeps instances of its own.',
  actions: ['update-service'],
  writes: ['traffic', 'scaling'],
  build({ settings, bad }) {
    return {
      title: `Stop ${settings.name}: no instances of any revision`,
      actions: [
        {
          id: 'a1',
          kind: 'update-service',
          title: 'no instances, all tags off',
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, ['traffic', 'scaling']),
          change: { traffic: withoutTags(settings.fields.traffic ?? []), scaling: zeroInstances },
          inverse: pick(settings.fields, ['traffic', 'scaling']),
        },
      ],
      stops: [
        `every instance of every revision of ${settings.name}, the compromised one among them`,
        'every request to the service',
      ],
      doesNotStop: [alreadyTaken],
      breaks: [
        `${settings.name} is down until someone gives its scaling back`,
        ...(bad === null ? [] : newerRevisions(settings, bad, 'stops too')),
      ],
      undo: 'Traffic, tags and scaling as they were, from the receipt. It would start the compromised revision again.',
    };
  },
});
