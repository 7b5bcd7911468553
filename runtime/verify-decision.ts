import { parseDecision } from '../model/decision-parser.ts';
import type { Decision, SignedDecision } from '../model/decision.ts';
import type { ApproverRole, Roster } from '../model/roster.ts';
import { verifyApprover } from './verify-approver.ts';

/** Whether a decision is one that an approver on the roster signed with a credential that is good now. */
export type Verdict =
  | {
      readonly status: 'verified';
      readonly decision: Decision;
      readonly roles: readonly ApproverRole[];
      /** Whose vote it is: one person has one, by whatever name and key. */
      readonly person: string;
    }
  | { readonly status: 'refused'; readonly reason: string };

/**
 * Verifies a signed decision against the roster: signature, credential, approver, times. It is called where decisions are taken and again
 * where the change is made. Refuses only for what is in the decision; anything else that goes wrong is thrown.
 */
export async function verifyDecision(signed: SignedDecision, roster: Roster, now: Date): Promise<Verdict> {
  const verdict = await verifyApprover(signed, 'firebreak.decision.v1', parseDecision, roster, now);
  if (verdict.status === 'refused') return verdict;
  const { status, statement: decision, roles, person } = verdict;
  return { status, decision, roles, person };
}
