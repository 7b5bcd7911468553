import type { BuildFacts, PlanBuilder } from '../activities/containment/derive.ts';
import type { CaseMemory } from '../activities/containment/memory.ts';
import { digestOf } from '../model/digest.ts';
import type { Finding } from '../model/finding.ts';
import type { Action } from '../model/plan.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { rungs } from '../workflows/containment/all.ts';
import { leftOf } from '../workflows/containment/finish.ts';
import { wayBack } from '../workflows/containment/undo.ts';
import { judgeRevisions } from '../model/revisions.ts';
import { playbookFor } from '../workflows/playbooks/select-playbook.ts';

/** How plans are made by cases, for a role that makes them again: with its own quarantine account, whatever a case was started with. */
export function planBuilder({ rails: { quarantineAccount } }: Pick<Configuration, 'rails'>): PlanBuilder {
  return {
    option: (kind, facts) => optionOf(kind, facts, quarantineAccount),
    finish: finishOf,
    undo: ({ plans, receipts }) => wayBack(plans, receipts).actions,
  };
}

function optionOf(
  kind: string,
  { case: id, finding, settings, traffic, baseline, quietSeconds }: BuildFacts,
  quarantineAccount: string | undefined,
): readonly Action[] | null {
  const { imageSuspect, threats } = playbookFor(finding);
  const option = rungs.find((one) => one.kind === kind && one.resource === settings.kind);
  if (option === undefined || !option.against.some((threat) => threats.includes(threat))) return null;
  const { bad, good } = judgeRevisions(
    finding as Finding,
    settings,
    logsOf(traffic),
    quietSeconds,
    imageSuspect === true,
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

function logsOf(traffic: BuildFacts['traffic']): never {
  return {
    status: 'answered',
    value: { complete: false, carriedTraffic: { status: 'answered', value: traffic } },
  } as never;
}
