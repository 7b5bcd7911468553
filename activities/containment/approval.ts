import { ApplicationFailure } from '@temporalio/common';
import { digestOf } from '../../model/digest.ts';
import type { SignedDecision } from '../../model/decision.ts';
import { type Action, irreversibleApprovers, isIrreversible, type Plan } from '../../model/plan.ts';
import type { Roster } from '../../model/roster.ts';
import { verifyDecision } from '../../runtime/verify-decision.ts';

/** How an approval has to be for this process, whatever a plan's text says. */
export interface ApprovalTerms {
  /** How long after the last vote the first action may start, seconds. */
  readonly approvalFreshness: number;
  /** The quiet window of this process, seconds: what waits for quiet may take it twice, and no plan may ask for a shorter one. */
  readonly quietWindow: number;
}

/** An action whose plan enough people signed, and the ids of their decisions. */
export interface Approval {
  readonly status: 'approved';
  readonly action: Action;
  /** One of each person. */
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

/** What is to be approved: an action of a plan, for the workflow that asks. */
export interface ToApprove {
  readonly plan: Plan;
  readonly decisions: readonly SignedDecision[];
  readonly action: string;
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * Checks, where the change is made, that this action is what people signed: every signature against the current roster, the plan's digest, case and
 * run, quorum, freshness. Quorum and freshness are this process's own; a plan may only ask for more. Refuses for what is in the request; anything
 * else that goes wrong is thrown.
 */
export async function approve(
  { plan, decisions, action: id, workflowId, runId }: ToApprove,
  roster: Roster,
  terms: ApprovalTerms,
): Promise<Approval | Refusal> {
  const digest = digestOf(plan);
  const action = plan.actions.find((one) => one.id === id);
  if (action === undefined) return refusal('the signed plan has no such action');
  if (plan.case !== workflowId || plan.run !== runId) return refusal('the plan belongs to another case or run');
  if (!decidingRoles.has(plan.quorum.role)) return refusal(`people of role ${plan.quorum.role} do not decide`);
  const waits = plan.actions.some(({ when }) => when === 'after-quiet');
  if (waits && plan.watch.quietSeconds < terms.quietWindow)
    return refusal(
      `it waits for ${plan.watch.quietSeconds} s of quiet, and respond for ${terms.quietWindow} s (FIREBREAK_QUIET_WINDOW_SECONDS)`,
    );
  const now = new Date();
  const votes = new Map<string, { readonly id: string; readonly signedAt: number }>();
  for (const signed of decisions) {
    const verdict = await verifyDecision(signed, roster, now);
    if (verdict.status === 'refused') return refusal(`a decision does not hold: ${verdict.reason}`);
    const { decision, person, roles } = verdict;
    if (decision.case !== plan.case || decision.run !== plan.run)
      return refusal('a decision is for another case or run');
    if (decision.choice.kind !== 'plan' || decision.choice.plan !== digest)
      return refusal('a decision is for another plan');
    if (!roles.some((role) => role === plan.quorum.role))
      return refusal(`an approver lacks the role ${plan.quorum.role}`);
    votes.set(person, { id: decision.id, signedAt: time(decision.signedAt) });
  }
  const needed = Math.max(plan.quorum.approvers, isIrreversible(plan) ? irreversibleApprovers : 1);
  if (!(votes.size >= needed)) return refusal(`${votes.size} of ${needed} approvers`);
  const last = Math.max(...[...votes.values()].map(({ signedAt }) => signedAt));
  return (
    lateness(plan, action, last, now.getTime(), terms) ?? {
      status: 'approved',
      action,
      decisions: [...votes.values()].map((vote) => vote.id),
    }
  );
}

function lateness(
  plan: Plan,
  action: Action,
  signedAt: number,
  now: number,
  { approvalFreshness, quietWindow }: ApprovalTerms,
): Refusal | null {
  const grace =
    action.when === 'at-once' ? 0 : Math.min(plan.watch.quietSeconds, quietWindow) * 2 + laterActionsSeconds;
  if (!(now <= signedAt + (approvalFreshness + grace) * 1000))
    return refusal('the approval is older than it may be; it has to be given again');
  if (!(now <= time(plan.notAfter) + grace * 1000)) return refusal(`the plan was good until ${plan.notAfter}`);
  return null;
}

/** A time that the schema has let in; what is no time never compares as good. */
function time(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isFinite(milliseconds)) return milliseconds;
  throw ApplicationFailure.nonRetryable('a time is no time', 'malformed');
}

function refusal(reason: string): Refusal {
  return { status: 'refused', reason };
}
