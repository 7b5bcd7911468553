import type { RevisionSummary } from '../../model/cloud-run.ts';
import { type Fields, pick } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { moveTraffic } from './move-traffic.ts';
import { newRevisionName } from './revision-name.ts';
import { defineRung, type RungContext, targetOf } from './rung.ts';
import { alreadyTaken, sameWeakness } from './sentences.ts';
import { followsLatest } from './traffic.ts';

/**
 * Delete the compromised revision. Cloud Run deletes retired revisions only (run/v2/revision.proto, DeleteRevisionRequest): so first
 * traffic and tags leave it, and where it is the newest a copy of the known-good one becomes that.
 */
export const deleteRevision = defineRung({
  kind: 'delete-revision',
  resource: 'service',
  against: ['process', 'entry', 'image'],
  order: 910,
  summary:
    'The compromised revision is deleted, for good. Where it serves, traffic goes to the known-good revision first; where it is the newest, a copy of the known-good one takes its place first.',
  actions: ['update-service', 'delete'],
  writes: ['traffic', 'template', 'exists'],
  build(context) {
    const { bad, good } = context;
    if (bad === null) return null;
    const before = retirement(context, bad);
    if (before === null) return null;
    const steps = [...before, deletion(context, bad, before)];
    return {
      title: `Delete revision ${bad.name}, for good`,
      actions: steps.map((step, index) => ({ ...step, id: `a${index + 1}` })),
      stops: [`${bad.name} and its instances; it can never serve again`],
      doesNotStop: [
        alreadyTaken,
        'whoever can deploy: the same image can come back as a new revision',
        ...(before.length > 0 && good !== null ? [sameWeakness(good.name)] : []),
        ...(before.some(({ change }) => change.template !== undefined) && good !== null
          ? [
              `${bad.name}, where its place cannot be taken: that needs the right to act as ${good.serviceAccount || 'the default service account'}; without it the revision stays, without traffic`,
            ]
          : []),
      ],
      breaks: [
        `${bad.name} is gone as evidence too, apart from what this case has saved`,
        ...(before.length > 0
          ? ['later deployments get no traffic until traffic is given back to the latest revision']
          : []),
      ],
      undo: `It cannot be undone: ${bad.name} can only be deployed anew.`,
    };
  },
});

type Step = Omit<Action, 'id'>;

/** What has to happen so that the revision is retired; null where there is no revision to put in its place. */
function retirement(context: RungContext, bad: RevisionSummary): Step[] | null {
  const { settings, good } = context;
  const traffic = settings.fields.traffic ?? [];
  const newest = settings.fields.template?.revision === bad.name || settings.latestReadyRevision === bad.name;
  const serves = bad.percent > 0 || bad.tags.length > 0 || traffic.some(({ revision }) => revision === bad.name);
  if (!newest && !serves) return [];
  if (good === null) return null;
  const moved = serves || followsLatest(traffic) ? (moveTraffic.build(context)?.actions ?? []) : [];
  return newest ? [...moved, replacement(context, good, trafficAfter(context, moved))] : [...moved];
}

function trafficAfter({ settings }: RungContext, steps: readonly Step[]): Fields {
  return pick({ ...settings.fields, ...steps[0]?.change }, ['traffic']);
}

/** A copy of the known-good revision, without traffic, so that the compromised one is not the newest. */
function replacement(context: RungContext, good: RevisionSummary, traffic: Fields): Step {
  const template = { revision: newRevisionName(context, 'fbd'), serviceAccount: good.serviceAccount };
  return {
    kind: 'update-service',
    title: `${template.revision}, a copy of ${good.name} without traffic, is the newest`,
    target: targetOf(context.settings),
    when: 'at-once',
    precondition: { ...pick(context.settings.fields, ['template']), ...traffic },
    change: { template: { from: good.name, ...template } },
    inverse: null,
  };
}

function deletion(context: RungContext, bad: RevisionSummary, before: readonly Step[]): Step {
  return {
    kind: 'delete',
    title: `delete ${bad.name}`,
    target: { ...targetOf(context.settings), revision: bad.name },
    when: 'at-once',
    // Of a service's revision respond reads the service: what counts before it goes is what serves.
    precondition: { exists: true, ...trafficAfter(context, before) },
    change: { exists: false },
    inverse: null,
  };
}
