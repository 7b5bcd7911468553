import { digestOf } from '../../model/digest.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { SignedDecision } from '../../model/decision.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { trustDocument } from '../../runtime/trust.ts';
import { verifyDecision } from '../../runtime/verify-decision.ts';

export interface ApprovalDependencies {
  readonly trust: ReturnType<typeof trustDocument>;
  /** How long after the last vote the first action may start, seconds. */
  readonly approvalFreshness: number;
}

/** An action whose plan enough approvers signed, and the ids of their decisions. */
export interface Approval {
  readonly status: 'approved';
  readonly action: Action;
  /** One of each approver. */
  readonly decisions: readonly string[];
}

/** Why an action is not approved. */
export interface Refusal {
  readonly status: 'refused';
  readonly reason: string;
}

/** Whatever a plan's text says: who only looks approves nothing. */
const decidingRoles: ReadonlySet<string> = new Set(['approver', 'lead']);

/** Time that the later actions of a plan may take beyond the freshness of its approval: the quiet window twice, and this. */
const laterActionsSeconds = 900;

/**
 * Checks, where the change is made, that this action is what approvers signed: every signature against the current roster, the plan's
 * digest, case and run, quorum, freshness. Believes nothing that the workflow says. Never throws.
 */
export async function approve(
  request: { readonly plan: Plan; readonly decisions: readonly SignedDecision[]; readonly action: string },
  workflowId: string,
  runId: string,
  { trust, approvalFreshness }: ApprovalDependencies,
): Promise<Approval | Refusal> {
  try {
    const { plan } = request;
    const digest = digestOf(plan);
    const action = plan.actions.find(({ id }) => id === request.action);
    if (action === undefined) return refusal('the signed plan has no such action');
    if (plan.case !== workflowId || plan.run !== runId) return refusal('the plan belongs to another case or run');
    if (plan.mode !== 'live' && plan.mode !== 'dry-run') return refusal('the plan has no known mode');
    if (!decidingRoles.has(plan.quorum.role)) return refusal(`people of role ${plan.quorum.role} do not decide`);
    const roster = await trust.read();
    const now = new Date();
    const approvers = new Map<string, { readonly id: string; readonly signedAt: number }>();
    for (const signed of request.decisions) {
      const verdict = await verifyDecision(signed, roster, now);
      if (verdict.status === 'refused') return refusal(`a decision does not hold: ${verdict.reason}`);
      const { decision, roles } = verdict;
      if (decision.case !== plan.case || decision.run !== plan.run)
        return refusal('a decision is for another case or run');
      if (decision.choice.kind !== 'plan' || decision.choice.plan !== digest)
        return refusal('a decision is for another plan');
      if (!roles.some((role) => role === plan.quorum.role))
        return refusal(`an approver lacks the role ${plan.quorum.role}`);
      approvers.set(decision.approver, { id: decision.id, signedAt: Date.parse(decision.signedAt) });
    }
    if (plan.quorum.approvers < 1 || approvers.size < plan.quorum.approvers)
      return refusal(`${approvers.size} of ${plan.quorum.approvers} approvers`);
    const votes = [...approvers.values()];
    const late = lateness(
      plan,
      action,
      Math.max(...votes.map(({ signedAt }) => signedAt)),
      now.getTime(),
      approvalFreshness,
    );
    return late ?? { status: 'approved', action, decisions: votes.map(({ id }) => id) };
  } catch (error) {
    return refusal(messageOf(error));
  }
}

function lateness(plan: Plan, action: Action, signedAt: number, now: number, freshness: number): Refusal | null {
  const grace = action.when === 'at-once' ? 0 : plan.watch.quietSeconds * 2 + laterActionsSeconds;
  if (now > signedAt + (freshness + grace) * 1000)
    return refusal('the approval is older than it may be; it has to be given again');
  if (now > Date.parse(plan.notAfter) + grace * 1000) return refusal(`the plan was good until ${plan.notAfter}`);
  return null;
}

function refusal(reason: string): Refusal {
  return { status: 'refused', reason };
}
