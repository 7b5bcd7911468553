import { pick } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { defineRung, foundOf, type RungContext, targetOf, zeroInstances } from './rung.ts';
import { scalingToGiveBack } from './scaling.ts';
import { alreadyTaken, newerRevisions, sameWeakness } from './sentences.ts';
import { allTo, lostTags } from './traffic.ts';

/**
 * Evict: traffic to the known-good revision, all tags removed, manual scaling to 0 until quiet, then the captured scaling back. An open
 * shell is outbound and ends with its instance only, so moving traffic alone would not end it.
 */
export const evict = defineRung({
  kind: 'evict',
  resource: 'service',
  against: ['process', 'entry', 'image'],
  order: 300,
  summary:
    'All traffic goes to the known-good revision, all tags come off, every instance ends; when the compromised revision is quiet, the scaling is given back and the good revision serves. The service is down meanwhile.',
  actions: ['update-service'],
  writes: ['traffic', 'scaling'],
  build(context) {
    const { settings, bad, good, quietSeconds } = context;
    if (good === null || bad === null) return null;
    return {
      title: `Evict ${bad.name}: end its instances, then serve from ${good.name}`,
      actions: [endInstances(context, good.name), giveBack(context, good.name)],
      stops: [
        `every instance of ${bad.name}, and with it any shell or process that runs in one`,
        `new requests to ${bad.name}, by traffic or by tag`,
      ],
      doesNotStop: [alreadyTaken, sameWeakness(good.name)],
      breaks: [
        ...newerRevisions(settings, bad, 'gets no traffic then'),
        `callers of ${settings.name} get errors from the change until ${bad.name} has been quiet for ${quietSeconds} s`,
        ...lostTags(settings.fields.traffic ?? [], []),
        `later deployments get no traffic until traffic is given back to the latest revision`,
      ],
      undo: 'Traffic, tags and scaling as they were, from the receipt. It would bring the compromised revision back.',
    };
  },
});

function endInstances({ settings }: RungContext, good: string): Action {
  return {
    id: 'a1',
    kind: 'update-service',
    title: `all traffic to ${good}, all tags off, no instances`,
    target: targetOf(settings),
    when: 'at-once',
    precondition: foundOf(settings, ['traffic', 'scaling']),
    change: { traffic: allTo(good), scaling: zeroInstances },
    inverse: pick(settings.fields, ['traffic', 'scaling']),
  };
}

function giveBack({ settings, baseline }: RungContext, good: string): Action {
  const scaling = scalingToGiveBack(baseline.scaling ?? settings.fields.scaling);
  return {
    id: 'a2',
    kind: 'update-service',
    title: `give scaling back, for ${good} to serve`,
    target: targetOf(settings),
    when: 'after-quiet',
    precondition: { traffic: allTo(good), scaling: zeroInstances },
    change: { scaling },
    inverse: { scaling: zeroInstances },
  };
}
