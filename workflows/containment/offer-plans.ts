import { digestOf } from '../../model/digest.ts';
import type { OfferedPlan, Plan, PlanKind } from '../../model/plan.ts';
import { evict } from './evict.ts';
import { moveTraffic } from './move-traffic.ts';
import type { Rung, RungContext } from './rung.ts';
import { scaleToZero } from './scale-to-zero.ts';

const rungs: Readonly<Record<PlanKind, Rung>> = { 'move-traffic': moveTraffic, evict, 'scale-to-zero': scaleToZero };

/** What is the same for every plan of a proposal. */
export interface Terms {
  readonly case: string;
  readonly run: string;
  readonly nonce: string;
  readonly notAfter: string;
  readonly missingEvidence: readonly string[];
}

/**
 * Builds the plans that apply, in the order given. A plan that says the same as one that was offered before keeps that one's nonce and
 * notAfter, and so its digest: votes for it stand.
 */
export function offerPlans(
  kinds: readonly PlanKind[],
  context: RungContext,
  terms: Terms,
  offered: readonly OfferedPlan[],
): Plan[] {
  return kinds.flatMap((kind) => {
    const built = rungs[kind].build(context);
    if (built === null) return [];
    const plan: Plan = {
      kind,
      ...terms,
      mode: 'live',
      ...built,
      quorum: { approvers: 1, role: 'approver' },
      watch: { revision: context.bad.name, quietSeconds: context.quietSeconds },
    };
    return [offered.find((earlier) => saysTheSame(earlier.plan, plan))?.plan ?? plan];
  });
}

function saysTheSame(left: Plan, right: Plan): boolean {
  return digestOf({ ...left, nonce: '', notAfter: '' }) === digestOf({ ...right, nonce: '', notAfter: '' });
}

/** Gives a plan its name: kind and the first six hex digits of its digest. */
export function namePlan(plan: Plan, recommended: PlanKind | null): OfferedPlan {
  const digest = digestOf(plan);
  return { id: `${plan.kind}-${digest.slice(0, 6)}`, digest, recommended: plan.kind === recommended, plan };
}
