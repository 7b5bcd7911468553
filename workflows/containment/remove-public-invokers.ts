import type { Action } from '../../model/plan.ts';
import { defineRung, type RungContext, targetOf } from './rung.ts';
import { policyTakesMinutes, runningInstances } from './sentences.ts';

const untilInForce = `whoever comes before the changed policy is in force everywhere: ${policyTakesMinutes}`;

const everybody: ReadonlySet<string> = new Set(['allUsers', 'allAuthenticatedUsers']);

/** Remove public invokers: whoever calls needs an identity with the right to. The switch that turns this check off goes on again. */
export const removePublicInvokers = defineRung({
  kind: 'remove-public-invokers',
  resource: 'service',
  against: ['entry'],
  order: 150,
  summary:
    'allUsers and allAuthenticatedUsers lose roles/run.invoker in the service’s own policy, and the check of callers is switched on where it was off. Named callers go on.',
  actions: ['set-invokers', 'update-service'],
  writes: ['invokers', 'invokerIamDisabled'],
  build(context) {
    const { settings } = context;
    const actions = [...removal(context), ...switchedOn(context)].map((action, index) => ({
      ...action,
      id: `a${index + 1}`,
    }));
    if (actions.length === 0) return null;
    return {
      title: `Nobody calls ${settings.name} without an identity that may`,
      actions,
      stops: ['new requests without an identity, or by any Google account whatever'],
      doesNotStop: [
        runningInstances,
        'requests in flight',
        ...(actions.some(({ kind }) => kind === 'set-invokers') ? [untilInForce] : []),
        'callers with the right by name, by a condition, or inherited from the project, a folder or the organization',
        ...(settings.fields.invokers === undefined
          ? ['anybody, if the service’s policy lets everybody in: it could not be read']
          : []),
      ],
      breaks: [
        `callers of ${settings.name} without roles/run.invoker get an error; on a public site that is everybody`,
      ],
      undo: 'The same members and the switch as they were, from the receipts; minutes pass again until all of them get in. An organization policy may refuse allUsers.',
    };
  },
});

type Step = Omit<Action, 'id'>;

function removal({ settings }: RungContext): Step[] {
  const { invokers } = settings.fields;
  const open = invokers?.filter((member) => everybody.has(member)) ?? [];
  if (invokers === undefined || open.length === 0) return [];
  return [
    {
      kind: 'set-invokers',
      title: `${[...new Set(open)].join(' and ')} may not call it`,
      target: targetOf(settings),
      when: 'at-once',
      precondition: { invokers },
      change: { invokers: invokers.filter((member) => !everybody.has(member)) },
      inverse: { invokers },
    },
  ];
}

function switchedOn({ settings }: RungContext): Step[] {
  if (settings.fields['invokerIamDisabled'] !== true) return [];
  return [
    {
      kind: 'update-service',
      title: 'callers are checked again',
      target: targetOf(settings),
      when: 'at-once',
      precondition: { invokerIamDisabled: true },
      change: { invokerIamDisabled: false },
      inverse: { invokerIamDisabled: true },
    },
  ];
}
