import { codeOf, messageOf } from '../runtime/errors.ts';
import { type Claim, type CheckedClaim, isChecked, type Need } from './claim.ts';
import { NotCheckedError, StoppedError } from './errors.ts';
import type { Canaries, Ground } from './ground.ts';
import { judge, judgeError, notChecked, type Result } from './result.ts';

/** Who is told how the checks go on. */
export interface Listeners {
  /** A check begins: the how-manieth of how many. */
  readonly onStart?: (id: string, at: number, of: number) => void;
  readonly onResult?: (result: Result) => void;
}

/** What the checks of these claims need, each once. */
export function needsOf(claims: readonly Claim[]): ReadonlySet<Need> {
  return new Set(claims.flatMap((claim) => (isChecked(claim) ? claim.check.needs : [])));
}

/**
 * Checks the claims one after the other, and puts back what a check changed before the next. Answers what was found until the signal
 * stopped it.
 */
export async function runClaims(
  claims: readonly Claim[],
  ground: Ground,
  { onStart, onResult, signal }: Listeners & { readonly signal: AbortSignal },
): Promise<{ readonly results: readonly Result[]; readonly stopped: boolean }> {
  const results: Result[] = [];
  const spoiled = new Map<Need, string>();
  const checks = claims.filter(isChecked);
  for (const claim of claims) {
    if (signal.aborted) return { results, stopped: true };
    if (isChecked(claim)) onStart?.(claim.id, checks.indexOf(claim) + 1, checks.length);
    try {
      const result = isChecked(claim) ? await check(claim, ground, spoiled) : notChecked(claim);
      results.push(result);
      onResult?.(result);
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      return { results, stopped: true };
    }
  }
  return { results, stopped: false };
}

async function check(claim: CheckedClaim, ground: Ground, spoiled: Map<Need, string>): Promise<Result> {
  const taken = new Map<Need, () => Promise<void>>();
  let result: Result;
  try {
    result = judge(claim, await claim.check.run({ ...ground, canaries: lent(ground.canaries, claim, taken, spoiled) }));
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    result = judgeError(claim, error);
  }
  for (const [need, restore] of taken) {
    try {
      await restore();
    } catch (error) {
      if (error instanceof StoppedError) throw error;
      spoiled.set(need, `after ${claim.id} it could not be put back: ${messageOf(error)}`);
    }
  }
  return result;
}

/** The canaries that the claim says it needs; `taken` notes how to put back those that it took. */
function lent(
  canaries: Canaries,
  { id, check: { needs } }: CheckedClaim,
  taken: Map<Need, () => Promise<void>>,
  spoiled: ReadonlyMap<Need, string>,
): Canaries {
  const one =
    <T extends object>(need: Need, make: () => Promise<T>, restoreOf: (canary: T) => () => Promise<void>) =>
    async (): Promise<T> => {
      if (!needs.includes(need))
        throw new TypeError(`the check of ${id} takes a ${need} that it does not say it needs`);
      const why = spoiled.get(need);
      if (why !== undefined) throw new NotCheckedError(`the ${need} is not as it was made: ${why}`);
      const canary = await make().catch((error: unknown) => {
        throw notMade(need, error);
      });
      taken.set(need, restoreOf(canary));
      return canary;
    };
  const nothing = () => Promise.resolve();
  return {
    service: one('service', canaries.service, ({ restore }) => restore),
    job: one('job', canaries.job, ({ restore }) => restore),
    workerPool: one('worker-pool', canaries.workerPool, ({ restore }) => restore),
    instance: one('instance', canaries.instance, ({ restore }) => restore),
    topic: one('topic', canaries.topic, () => nothing),
  };
}

/** gRPC statuses PERMISSION_DENIED and UNAUTHENTICATED. */
const notAllowed: ReadonlySet<string | number | undefined> = new Set([7, 16]);

/** Why a canary is not there: no claim is wrong because of it. */
function notMade(need: Need, error: unknown): unknown {
  if (error instanceof StoppedError || notAllowed.has(codeOf(error))) return error;
  return new NotCheckedError(`the ${need} could not be made: ${messageOf(error)}`, { cause: error });
}
