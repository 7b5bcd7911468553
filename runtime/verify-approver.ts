import { MalformedError } from '../model/parse.ts';
import { type Approver, personOf, type Roster } from '../model/roster.ts';
import { SignatureError } from './errors.ts';
import { keyIdOf, type Purpose, type Signed, verifyJson } from './signatures.ts';
import { findCredential } from './trust.ts';

/** How far an approver's clock may be ahead of ours. */
const clockTolerance = 5 * 60_000;

/** What every statement of an approver says of who signed it, and when. */
interface Statement {
  readonly approver: string;
  readonly credential: string;
  readonly signedAt: string;
}

/** Whether a statement is one that an approver on the roster signed with a credential that is good now. */
export type ApproverVerdict<T> =
  | {
      readonly status: 'verified';
      readonly statement: T;
      readonly roles: Approver['roles'];
      /** Who it is, by whatever name and key. */
      readonly person: string;
    }
  | { readonly status: 'refused'; readonly reason: string };

/** Verifies what an approver signed: signature, credential, approver, times. Refuses only for what is in it; anything else that goes wrong is thrown. */
export async function verifyApprover<S extends Signed, T extends Statement>(
  signed: S,
  purpose: Purpose,
  parse: (signed: S) => T,
  roster: Roster,
  now: Date,
): Promise<ApproverVerdict<T>> {
  const refused = (reason: string) => ({ status: 'refused', reason }) as const;
  try {
    const found = findCredential(roster, keyIdOf(signed, purpose));
    if (found === undefined) return refused('its credential is not on the roster');
    await verifyJson(signed, purpose, found.credential.publicKey);
    const statement = parse(signed);
    if (statement.credential !== found.credential.id || statement.approver !== found.approver.id) {
      return refused('it names another approver or credential than the one that signed it');
    }
    if (!(Date.parse(found.credential.notAfter) > now.getTime()))
      return refused(`its credential expired at ${found.credential.notAfter}`);
    if (!(Date.parse(statement.signedAt) <= now.getTime() + clockTolerance))
      return refused('it is signed in the future: check the clock of the machine that signed it');
    return { status: 'verified', statement, roles: found.approver.roles, person: personOf(found.approver) };
  } catch (error) {
    if (error instanceof SignatureError || error instanceof MalformedError) return refused(error.message);
    throw error;
  }
}
