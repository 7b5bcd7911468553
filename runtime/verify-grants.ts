import { digestOf } from '../model/digest.ts';
import { grantsSchema, type SignedGrants } from '../model/grants.ts';
import { MalformedError, parsed } from '../model/parse.ts';
import type { Roster } from '../model/roster.ts';
import { SignatureError } from './errors.ts';
import { keyIdOf, verifyJson } from './signatures.ts';

/** Why respond has not signed that it is granted so (`sha256` of what it says), or null. Anything else that goes wrong is thrown. */
export async function whyNotGrants(
  signed: SignedGrants,
  { workers }: Pick<Roster, 'workers'>,
  sha256: string,
): Promise<string | null> {
  const notSigned = 'the answer is not signed by respond';
  try {
    const kid = keyIdOf(signed, 'firebreak.grants.v1');
    const signer = workers.find(({ id, role }) => id === kid && role === 'respond');
    if (signer === undefined) return notSigned;
    const said = parsed(grantsSchema, await verifyJson(signed, 'firebreak.grants.v1', signer.publicKey), 'answer');
    return digestOf(said) === sha256 ? null : notSigned;
  } catch (error) {
    if (error instanceof SignatureError || error instanceof MalformedError) return `${notSigned} (${error.message})`;
    throw error;
  }
}
