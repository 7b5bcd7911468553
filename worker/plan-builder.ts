import type { BuildFacts, PlanBuilder } from '../activities/containment/derive.ts';
import type { CaseMemory } from '../activities/containment/memory.ts';
import { digestOf } from '../model/digest.ts';
import type { Action } from '../model/plan.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { rungs } from '../workflows/containment/all.ts';
import { leftOf } from '../workflows/containment/finish.ts';
import { wayBack } from '../workflows/containment/undo.ts';
import { badAndGood } from '../model/revisions.ts';
import { playbookFor } from '../workflows/playbooks/select-playbook.ts';

/** How plans are made by cases, for a role that makes them again: with its own quarantine account and rule of what is good, whatever a case was started with. */
export function planBuilder({ rails }: Pick<Configuration, 'rails'>): PlanBuilder {
  return {
    option: (kind, facts) => optionOf(kind, facts, rails),
    finish: finishOf,
    undo: ({ plans, receipts }) => wayBack(plans, receipts).actions,
  };
}

function optionOf(
  kind: string,
  { case: id, finding, settings, traffic, baseline, quietSeconds }: BuildFacts,
  { knownGood, quarantineAccount }: Configuration['rails'],
): readonly Action[] | null {
  const { imageSuspect, threats } = playbookFor(finding);
  const option = rungs.find((one) => one.kind === kind && one.resource === settings.kind);
  if (option === undefined || !option.against.some((threat) => threats.includes(threat))) return null;
  const { bad, good } = badAndGood(
    finding,
    settings,
    { status: 'answered', value: traffic },
    imageSuspect === true,
    knownGood,
  );
  const built = option.build({
    case: id,
    settings,
    bad: bad.revision,
    good: good.revision,
    baseline,
    quietSeconds,
    ...(quarantineAccount !== undefined && { quarantineAccount }),
  });
  return built?.actions ?? null;
}

/** The rest of the last plan of the run of which a part was done, from the first action that was not. */
function finishOf({ plans, receipts }: CaseMemory, run: string): readonly Action[] | null {
  const begun = plans.filter((plan) => plan.run === run).toReversed();
  for (const plan of begun) {
    const digest = digestOf(plan);
    const resultOf = ({ id }: Action) => receipts.find((one) => one.plan === digest && one.action === id)?.result;
    if (!plan.actions.some((action) => resultOf(action) === 'changed')) continue;
    const first = plan.actions.findIndex((action) => !['changed', 'already-so'].includes(resultOf(action) ?? ''));
    return first < 0 ? null : leftOf(plan.actions.slice(first));
  }
  return null;
}
