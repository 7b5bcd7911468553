import type { Decision } from '../model/decision.ts';
import type { Reopening } from '../model/reopening.ts';
import type { Roster, SigningRole } from '../model/roster.ts';
import { isResponder } from '../model/plan.ts';
import { SignatureError } from '../runtime/errors.ts';
import { keyIdOf, type Purpose, type Signed, verifyJson } from '../runtime/signatures.ts';
import { findCredential } from '../runtime/trust.ts';
import { verifyDecision } from '../runtime/verify-decision.ts';
import { verifyReopening } from '../runtime/verify-reopening.ts';
import type { RunName } from './signature-verdict.ts';

/** What the trust document says of something signed. `not-on-roster`: who signed it is removed since, or never was on it. */
export type Judgement<T> = { readonly status: 'holds'; readonly value: T } | Failing;

interface Failing {
  readonly status: 'not-on-roster' | 'does-not-hold';
  readonly reason: string;
}

/** A decision that holds. */
export interface HeldDecision {
  readonly decision: Decision;
  readonly roles: readonly string[];
  /** Whose vote it is. */
  readonly person: string;
}

/** Judges by the trust document, the only place of the audit that reads one. */
export interface Signers {
  /** `at`: when the decision was recorded. A credential that has expired since verifies what was decided before. */
  readonly decision: (signed: Signed, at: Date) => Promise<Judgement<HeldDecision>>;
  /** Who opened a run again, of a run that had ended; `at`: when it was recorded. */
  readonly reopening: (signed: Signed, at: Date, ended: RunName) => Promise<Judgement<Reopening>>;
  /** What a worker signed: the value, of whatever form. */
  readonly worker: (signed: Signed, purpose: Purpose) => Promise<Judgement<unknown>>;
}

/** The signers of a roster. */
export function signersOf(roster: Roster): Signers {
  return {
    decision: (signed, at) =>
      judged<HeldDecision>(async () => {
        const kid = keyIdOf(signed, 'firebreak.decision.v1');
        if (findCredential(roster, kid) === undefined) return notOnRoster('credential', kid);
        const verdict = await verifyDecision(signed, roster, at);
        return verdict.status === 'verified'
          ? { status: 'holds', value: verdict }
          : { status: 'does-not-hold', reason: verdict.reason };
      }),
    reopening: (signed, at, ended) =>
      judged<Reopening>(async () => {
        const kid = keyIdOf(signed, 'firebreak.reopen.v1');
        if (findCredential(roster, kid) === undefined) return notOnRoster('credential', kid);
        const verdict = await verifyReopening(signed, roster, at, ended);
        return verdict.status === 'verified'
          ? { status: 'holds', value: verdict.reopening }
          : { status: 'does-not-hold', reason: verdict.reason };
      }),
    worker: (signed, purpose) =>
      judged<unknown>(async () => {
        const kid = keyIdOf(signed, purpose);
        const worker = roster.workers.find(({ id, role }) => id === kid && maySign(role, purpose));
        if (worker === undefined) return notOnRoster('key', kid);
        return { status: 'holds', value: await verifyJson(signed, purpose, worker.publicKey) };
      }),
  };
}

/** Which roles' keys are good for what. */
function maySign(role: SigningRole, purpose: Purpose): boolean {
  if (purpose === 'firebreak.observation.v1') return role === 'observe';
  return purpose === 'firebreak.grants.v1' ? role === 'respond' : isResponder(role);
}

function notOnRoster(what: string, kid: string): Failing {
  return { status: 'not-on-roster', reason: `its ${what} ${kid} is not on the roster, or no longer` };
}

async function judged<T>(judge: () => Promise<Judgement<T>>): Promise<Judgement<T>> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    return { status: 'does-not-hold', reason: error.message };
  }
}
