import { digestOf } from '../../model/digest.ts';
import { irreversibleApprovers, isIrreversible, type OfferedPlan, type Plan } from '../../model/plan.ts';
import type { Obstacle } from '../../model/plan-grants.ts';
import { type Rails, whyUnavailable } from '../../model/rails.ts';
import { rungs } from './all.ts';
import { overwrittenBy } from './managed-by.ts';
import type { RungContext, Threat } from './rung.ts';

/** What stands in the way of a plan, as far as is known. */
export type ObstacleOf = (plan: Plan) => Obstacle | null;

/** What is the same for every plan of a proposal. */
export type Terms = Pick<Plan, 'case' | 'run' | 'nonce' | 'notAfter' | 'missingEvidence' | 'mode'>;

/**
 * Builds the plans against these threats that apply, the least destructive first. A plan that says the same as one that was offered before keeps
 * that one's nonce and notAfter, and so its digest: votes for it stand.
 */
export function offerPlans(
  threats: readonly Threat[],
  context: RungContext,
  terms: Terms,
  rails: Rails,
  offered: readonly OfferedPlan[],
  obstacle: ObstacleOf = () => null,
): OfferedPlan[] {
  const fitting = rungs
    .filter(
      ({ resource, against }) => resource === context.settings.kind && against.some((one) => threats.includes(one)),
    )
    .toSorted((left, right) => left.order - right.order);
  return fitting.flatMap(({ kind, build }) => {
    const built = build(context);
    if (built === null) return [];
    const doesNotStop = [...built.doesNotStop, ...overwrittenBy(context.settings)];
    const watch = { ...(context.bad !== null && { revision: context.bad.name }), quietSeconds: context.quietSeconds };
    return [offerPlan({ kind, ...terms, ...built, doesNotStop, watch }, rails, offered, obstacle)];
  });
}

/** Offers a plan, with the quorum that it needs; as it was offered before, where it says the same. */
export function offerPlan(
  made: Omit<Plan, 'quorum'>,
  rails: Rails,
  offered: readonly OfferedPlan[],
  obstacle: ObstacleOf = () => null,
): OfferedPlan {
  const approvers = isIrreversible(made) ? irreversibleApprovers : 1;
  const fresh: Plan = { ...made, quorum: { approvers, role: 'approver' } };
  const plan = offered.find((earlier) => saysTheSame(earlier.plan, fresh))?.plan ?? fresh;
  return offer(plan, whyUnavailable(plan, rails), obstacle(plan));
}

function saysTheSame(left: Plan, right: Plan): boolean {
  return digestOf({ ...left, nonce: '', notAfter: '' }) === digestOf({ ...right, nonce: '', notAfter: '' });
}

/** Gives a plan its name: kind and the first six hex digits of its digest. */
export function offer(plan: Plan, forbidden: string | null, obstacle: Obstacle | null = null): OfferedPlan {
  const digest = digestOf(plan);
  const unavailable = forbidden ?? (obstacle?.certain === true ? obstacle.text : null);
  return {
    id: `${plan.kind}-${digest.slice(0, 6)}`,
    digest,
    recommended: false,
    ...(unavailable !== null && { unavailable }),
    ...(unavailable === null && obstacle !== null && { doubt: obstacle.text }),
    plan,
  };
}
