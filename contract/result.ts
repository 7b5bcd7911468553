import { codeOf, messageOf } from '../runtime/errors.ts';
import type { CheckedClaim, Claim, Seen } from './claim.ts';
import { NotCheckedError } from './errors.ts';

/** How a claim stands after a run. */
export type Outcome = 'confirmed' | 'contradicted' | 'not permitted' | 'not checked';

/** What a run says of one claim. */
export interface Result {
  readonly id: string;
  readonly statement: string;
  readonly strength: Claim['strength'];
  readonly outcome: Outcome;
  /** What was seen, or why it was not checked. */
  readonly seen: string;
  /** The switch that the claim decides: the way that was seen, where one was. */
  readonly reality?: { readonly name: string; readonly way?: string };
}

/** gRPC statuses. */
const unauthenticated = 16;
const permissionDenied = 7;
/** UNKNOWN, CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE: they say nothing of the claim. */
const saysNothing: ReadonlySet<string | number | undefined> = new Set([1, 2, 4, 8, 10, 12, 13, 14]);

/** What was seen, held against the claim. */
export function judge({ reality, ...claim }: CheckedClaim, seen: Seen): Result {
  if (seen.kind !== 'way')
    return resultOf(claim, seen.kind === 'held' ? 'confirmed' : 'contradicted', seen.seen, reality);
  if (reality === undefined) throw new TypeError(`${claim.id} decides no switch, and saw the way ${seen.way}`);
  return {
    ...resultOf(claim, seen.way === reality.way ? 'confirmed' : 'contradicted', seen.seen),
    reality: { name: reality.name, way: seen.way },
  };
}

/** A check that ended in an error: refused, answered with what the claim does not have, or not answered. */
export function judgeError({ reality, ...claim }: CheckedClaim, error: unknown): Result {
  const code = codeOf(error);
  const said = messageOf(error);
  if (error instanceof NotCheckedError) return resultOf(claim, 'not checked', said, reality);
  if (code === permissionDenied || code === unauthenticated) return resultOf(claim, 'not permitted', said, reality);
  // A switch is decided by what was seen, never by an error.
  if (reality !== undefined || typeof code !== 'number' || saysNothing.has(code))
    return resultOf(claim, 'not checked', `the check could not be made: ${said}`, reality);
  return resultOf(claim, 'contradicted', `answered: ${said}`);
}

/** A claim that no call shows. */
export function notChecked(claim: Claim): Result {
  return resultOf(claim, 'not checked', 'none' in claim.check ? claim.check.none : 'not asked for', claim.reality);
}

function resultOf(
  { id, statement, strength }: Pick<Claim, 'id' | 'statement' | 'strength'>,
  outcome: Outcome,
  seen: string,
  reality?: Claim['reality'],
): Result {
  return { id, statement, strength, outcome, seen, ...(reality !== undefined && { reality: { name: reality.name } }) };
}
