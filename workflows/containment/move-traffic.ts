import { pick } from '../../model/fields.ts';
import { defineRung, foundOf, targetOf } from './rung.ts';
import { newerRevisions } from './sentences.ts';
import { allTo, lostTags } from './traffic.ts';

/** Move traffic only: new requests go to the known-good revision. Instances of the bad one linger, and an open shell with them. */
export const moveTraffic = defineRung({
  kind: 'move-traffic',
  resource: 'service',
  against: ['entry'],
  order: 100,
  summary:
    'New requests go to the known-good revision and the compromised one loses its tags. Its instances live on until they are idle for long enough, and an open shell with them.',
  actions: ['update-service'],
  writes: ['traffic'],
  build({ settings, bad, good }) {
    if (good === null || bad === null) return null;
    const before = settings.fields.traffic ?? [];
    const otherTags = before
      .filter(({ tag, type, revision }) => tag !== undefined && type === 'revision' && revision !== bad.name)
      .map((target) => ({ ...target, percent: 0 }));
    const traffic = [...allTo(good.name), ...otherTags];
    return {
      title: `Move traffic to ${good.name} only`,
      actions: [
        {
          id: 'a1',
          kind: 'update-service',
          title: `all traffic to ${good.name}, no tag on ${bad.name}`,
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, ['traffic']),
          change: { traffic },
          inverse: pick(settings.fields, ['traffic']),
        },
      ],
      stops: [`new requests to ${bad.name}`],
      doesNotStop: [
        `the open shell: instances of ${bad.name} live on until they are idle long enough (about 15 minutes), or longer`,
        'requests in flight',
        'credentials or data already taken from the container',
      ],
      breaks: [
        ...newerRevisions(settings, bad, 'gets no traffic then'),
        ...lostTags(before, traffic),
        'later deployments get no traffic until traffic is given back to the latest revision',
      ],
      undo: 'Traffic and tags as they were, from the receipt. It would bring the compromised revision back.',
    };
  },
});
