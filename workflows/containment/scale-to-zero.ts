import type { ServiceFields } from '../../model/plan.ts';
import { type Rung, targetOf, zeroInstances } from './rung.ts';

/** Scale to zero: the service stops. Tags come off too, since a revision that is reachable by tag only keeps instances of its own. */
export const scaleToZero: Rung = {
  kind: 'scale-to-zero',
  build({ settings, bad }) {
    const found: ServiceFields = { traffic: settings.traffic, scaling: settings.scaling };
    const untagged = settings.traffic
      .filter(({ percent }) => percent > 0)
      .map(({ type, revision, percent }) => ({ type, ...(revision !== undefined && { revision }), percent }));
    return {
      title: `Stop ${settings.service}: no instances of any revision`,
      actions: [
        {
          id: 'a1',
          kind: 'update-service',
          title: 'no instances, all tags off',
          target: targetOf(settings),
          when: 'at-once',
          precondition: found,
          change: { traffic: untagged, scaling: zeroInstances },
          inverse: found,
        },
      ],
      stops: [
        `every instance of every revision of ${settings.service}, ${bad.name} among them`,
        'every request to the service',
      ],
      doesNotStop: [
        'credentials or data already taken from the container; tokens already issued to it stay valid for up to an hour',
      ],
      breaks: [`${settings.service} is down until someone gives its scaling back`],
      undo: 'Traffic, tags and scaling as they were, from the receipt. It would start the compromised revision again.',
    };
  },
};
