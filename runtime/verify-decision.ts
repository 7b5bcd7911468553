import { parseDecision } from '../model/decision-parser.ts';
import { MalformedError } from '../model/parse.ts';
import type { Decision, SignedDecision } from '../model/decision.ts';
import { type ApproverRole, personOf, type Roster } from '../model/roster.ts';
import { SignatureError } from './errors.ts';
import { keyIdOf, verifyJson } from './signatures.ts';
import { findCredential } from './trust.ts';

/** How far an approver's clock may be ahead of ours. */
const clockTolerance = 5 * 60_000;

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
  const refused = (reason: string): Verdict => ({ status: 'refused', reason });
  try {
    const found = findCredential(roster, keyIdOf(signed, 'firebreak.decision.v1'));
    if (found === undefined) return refused('its credential is not on the roster');
    await verifyJson(signed, 'firebreak.decision.v1', found.credential.publicKey);
    const decision = parseDecision(signed);
    if (decision.credential !== found.credential.id || decision.approver !== found.approver.id) {
      return refused('it names another approver or credential than the one that signed it');
    }
    if (!(Date.parse(found.credential.notAfter) > now.getTime()))
      return refused(`its credential expired at ${found.credential.notAfter}`);
    if (!(Date.parse(decision.signedAt) <= now.getTime() + clockTolerance))
      return refused('it is signed in the future: check the clock of the machine that signed it');
    return { status: 'verified', decision, roles: found.approver.roles, person: personOf(found.approver) };
  } catch (error) {
    if (error instanceof SignatureError || error instanceof MalformedError) return refused(error.message);
    throw error;
  }
}
