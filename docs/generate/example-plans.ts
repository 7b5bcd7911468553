import { usualRule } from '../../model/fixtures/usual-rule.ts';
import type { OfferedPlan } from '../../model/plan.ts';
import { responderRoles } from '../../model/plan.ts';
import { exampleContext } from '../../workflows/containment/example-context.ts';
import { offerPlans } from '../../workflows/containment/offer-plans.ts';
import type { Rung } from '../../workflows/containment/rung.ts';

/** The plan that a rung makes of the example, with the quorum that it would be offered with. Throws where it does not apply to the example. */
export function examplePlan({ kind, resource, against }: Rung): OfferedPlan['plan'] {
  const context = exampleContext(resource);
  const offered = offerPlans(
    against,
    context,
    {
      case: context.case,
      run: 'example',
      nonce: 'example',
      notAfter: '2026-11-20T16:00:00Z',
      missingEvidence: [],
      mode: 'live',
    },
    { mode: 'live', responders: responderRoles, protected: [], knownGood: usualRule, watchSeconds: 0, watchEverySeconds: 300 },
    [],
  );
  const plan = offered.find((one) => one.plan.kind === kind)?.plan;
  if (plan === undefined)
    throw new Error(
      `the rung ${kind} does not apply to the example in workflows/containment/example-context.ts: add what it needs there`,
    );
  return plan;
}
