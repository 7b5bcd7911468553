import type { DecisionVerdict } from '../model/decision-verdict.ts';
import type { SignedDecision } from '../model/decision.ts';
import { messageOf } from '../runtime/errors.ts';
import type { trustDocument } from '../runtime/trust.ts';
import { verifyDecision as verify } from '../runtime/verify-decision.ts';

export interface TrustDependencies {
  readonly trust: ReturnType<typeof trustDocument>;
}

/** Signatures, checked against the current trust document. Local activities of the cases role: no network, no queue. */
export function trustActivities({ trust }: TrustDependencies) {
  /** Whether an approver on the roster signed this decision. Never throws for what is in the decision. */
  async function verifyDecision(signed: SignedDecision): Promise<DecisionVerdict> {
    try {
      const roster = await trust.read();
      const verdict = await verify(signed, roster, new Date());
      if (verdict.status === 'verified') {
        return {
          status: 'verified',
          roles: verdict.roles,
          responders: Object.fromEntries(roster.responders.map(({ id, publicKey }) => [id, publicKey.x])),
        };
      }
      const keys = roster.approvers.flatMap(({ credentials }) =>
        credentials.map(({ id, publicKey }) => [id, publicKey.x] as const),
      );
      return { status: 'refused', reason: verdict.reason, approvers: Object.fromEntries(keys) };
    } catch (error) {
      return { status: 'refused', reason: messageOf(error), approvers: {} };
    }
  }

  return { verifyDecision };
}
