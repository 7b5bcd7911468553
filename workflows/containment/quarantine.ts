import { pick, type TemplateField } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import { newRevisionName } from './revision-name.ts';
import { defineRung, type RungContext, targetOf, zeroInstances } from './rung.ts';
import { scalingToGiveBack } from './scaling.ts';
import { newerRevisions, sameWeakness } from './sentences.ts';
import { allTo, byName, followsLatest, lostTags } from './traffic.ts';

/**
 * Quarantine: the known-good revision again, as an account without any role. The new revision must be ready before traffic goes to it, so
 * traffic is by name first: by "latest" it would move at once.
 */
export const quarantine = defineRung({
  kind: 'quarantine',
  resource: 'service',
  against: ['identity', 'process', 'entry'],
  order: 350,
  summary:
    'A new revision, made from the known-good one, runs as the quarantine account, which has no role. When it is ready all traffic goes to it, all tags come off and every instance ends; when the compromised revision is quiet, the scaling is given back.',
  actions: ['update-service'],
  writes: ['template', 'traffic', 'scaling'],
  build(context) {
    const { settings, bad, good, quarantineAccount: account, quietSeconds } = context;
    const found = settings.fields.template;
    if (good === null || bad === null || account === undefined || found === undefined) return null;
    if (found.serviceAccount === account || settings.latestReadyRevision === '') return null;
    const made = { revision: newRevisionName(context, 'fbq'), serviceAccount: account };
    return {
      title: `Quarantine ${settings.name}: ${good.name} again, as an account without rights`,
      actions: [deploy(context, found, { from: good.name, ...made }), serve(context, made), giveBack(context, made)],
      stops: [
        `what the service account ${bad.serviceAccount || 'that is the default'} may do, for all that ${settings.name} runs from then on`,
        `every instance of ${bad.name}, and with it any shell or process that runs in one`,
        `new requests to ${bad.name}, by traffic or by tag`,
      ],
      doesNotStop: [
        'tokens already issued: they work for up to an hour, wherever they were taken to',
        'credentials or data already taken from the container',
        'other workloads that run as the same service account',
        `${bad.name}, as long as ${made.revision} is not ready; if it never is, the plan fails and ${bad.name} still serves`,
        sameWeakness(good.name),
      ],
      breaks: [
        ...newerRevisions(settings, bad, 'gets no traffic then'),
        `${settings.name} loses every permission, also to secrets and databases: it may not work, or not start`,
        `callers get errors from the change until ${bad.name} has been quiet for ${quietSeconds} s`,
        ...lostTags(settings.fields.traffic ?? [], []),
        'later deployments run as that account too, and get no traffic until it is given back to the latest revision',
      ],
      undo: 'Traffic, tags and scaling as they were; the account as a new revision made from the one that was newest. It would bring the compromised revision back.',
    };
  },
});

/** Traffic as it is meant now, with names in place of "latest". */
function namedTraffic({ settings }: RungContext) {
  return byName(settings.fields.traffic ?? [], settings.latestReadyRevision);
}

function deploy(context: RungContext, found: TemplateField, template: TemplateField): Action {
  const { settings } = context;
  const traffic = pick(settings.fields, ['traffic']);
  const moved = followsLatest(settings.fields.traffic ?? []) ? { traffic: namedTraffic(context) } : {};
  const { revision, serviceAccount } = found;
  return {
    id: 'a1',
    kind: 'update-service',
    title: `${template.revision}, made from ${template.from ?? 'nothing'}, as ${template.serviceAccount}; traffic stays where it is`,
    target: targetOf(settings),
    when: 'at-once',
    precondition: { template: found, ...traffic },
    change: { template, ...moved },
    inverse: { template: { from: revision, revision: newRevisionName(context, 'fbu'), serviceAccount }, ...traffic },
  };
}

function serve(context: RungContext, template: TemplateField): Action {
  const { settings } = context;
  const traffic = followsLatest(settings.fields.traffic ?? []) ? namedTraffic(context) : settings.fields.traffic;
  const before = { ...(traffic !== undefined && { traffic }), ...pick(settings.fields, ['scaling']) };
  return {
    id: 'a2',
    kind: 'update-service',
    title: `all traffic to ${template.revision}, all tags off, no instances`,
    target: targetOf(settings),
    when: 'at-once',
    precondition: { template, ...before },
    change: { traffic: allTo(template.revision), scaling: zeroInstances },
    inverse: before,
  };
}

function giveBack({ settings, baseline }: RungContext, template: TemplateField): Action {
  return {
    id: 'a3',
    kind: 'update-service',
    title: `give scaling back, for ${template.revision} to serve`,
    target: targetOf(settings),
    when: 'after-quiet',
    precondition: { template, traffic: allTo(template.revision), scaling: zeroInstances },
    change: { scaling: scalingToGiveBack(baseline.scaling ?? settings.fields.scaling) },
    inverse: { scaling: zeroInstances },
  };
}
