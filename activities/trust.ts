import type { DecisionVerdict } from '../model/decision-verdict.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { SignedGrants } from '../model/grants.ts';
import type { SignedObservation } from '../model/observation.ts';
import type { SignedReopening } from '../model/reopening.ts';
import { keysOf } from '../model/roster.ts';
import { responderRoles } from '../model/plan.ts';
import type { ArchiveIndex } from '../runtime/archive-index.ts';
import { messageOf, TrustError } from '../runtime/errors.ts';
import type { trustDocument } from '../runtime/trust.ts';
import { verifyDecision as verify } from '../runtime/verify-decision.ts';
import { whyNotGrants } from '../runtime/verify-grants.ts';
import { verifyObservation as verifySeal } from '../runtime/verify-observation.ts';
import { verifyReopening as verifyReopen } from '../runtime/verify-reopening.ts';

export interface TrustDependencies {
  readonly trust: ReturnType<typeof trustDocument>;
  /** How cases ended, as observe has signed it. */
  readonly closed: ArchiveIndex;
}

/** Whether a role has signed what it said; `unavailable` says nothing about the answer. */
export interface FindingVerdict {
  readonly status: 'verified' | 'refused' | 'unavailable';
  /** Empty where it is verified. */
  readonly reason: string;
}

/** Who opens a case again and why; with another status, why that is not known or not so. */
export interface ReopeningAnswer {
  readonly status: 'verified' | 'refused' | 'unavailable';
  readonly approver: string;
  readonly reason: string;
}

/** Signatures, checked against the current trust document. Local activities of the cases role: no network, no queue. */
export function trustActivities({ trust, closed }: TrustDependencies) {
  /** Whether an approver on the roster signed this decision. Throws only what is a bug: that the roster cannot be read is an answer. */
  async function verifyDecision(signed: SignedDecision): Promise<DecisionVerdict> {
    let roster;
    try {
      roster = await trust.read();
    } catch (error) {
      return { status: 'unavailable', reason: messageOf(error).slice(0, 500) };
    }
    const verdict = await verify(signed, roster, new Date());
    if (verdict.status === 'verified') {
      const { roles, person } = verdict;
      return { status: 'verified', roles, person, responders: keysOf(roster, responderRoles) };
    }
    const keys = roster.approvers.flatMap(({ credentials }) =>
      credentials.map(({ id, publicKey }) => [id, publicKey.x] as const),
    );
    return { status: 'refused', reason: verdict.reason, approvers: Object.fromEntries(keys) };
  }

  /** Whether observe signed, for this case and run, that the finding reads so (`sha256` of it, as the workflow has it). */
  async function verifyObservation(request: {
    readonly case: string;
    readonly run: string;
    readonly sha256: string;
    readonly seal: SignedObservation | null;
  }): Promise<FindingVerdict> {
    const notSigned = { status: 'refused', reason: 'the answer is not signed by observe' } as const;
    if (request.seal === null) return notSigned;
    let roster;
    try {
      roster = await trust.read();
    } catch (error) {
      return { status: 'unavailable', reason: messageOf(error).slice(0, 500) };
    }
    const verdict = await verifySeal(request.seal, roster, request);
    if (verdict.status === 'refused') return verdict;
    return verdict.observation.finding?.sha256 === request.sha256 ? { status: 'verified', reason: '' } : notSigned;
  }

  /** Whether respond signed that it is granted so (`sha256` of what it says, as the workflow has it). */
  async function verifyGrants({
    sha256,
    seal,
  }: {
    readonly sha256: string;
    readonly seal: SignedGrants;
  }): Promise<FindingVerdict> {
    try {
      const why = await whyNotGrants(seal, await trust.read(), sha256);
      return why === null ? { status: 'verified', reason: '' } : { status: 'refused', reason: why };
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      return { status: 'unavailable', reason: messageOf(error).slice(0, 500) };
    }
  }

  /**
   * Whether somebody who may signed that the run which has ended is opened again, and no later run has ended since: a reopening is good for one. Throws
   * only what is a bug, as verifyDecision.
   */
  async function verifyReopening(request: {
    readonly case: string;
    /** The run that has ended. */
    readonly run: string;
    readonly signed: SignedReopening;
  }): Promise<ReopeningAnswer> {
    let roster;
    let end;
    try {
      roster = await trust.read();
      end = await closed.read(request.case);
    } catch (error) {
      return { status: 'unavailable', approver: '', reason: messageOf(error).slice(0, 500) };
    }
    const verdict = await verifyReopen(request.signed, roster, new Date(), request);
    if (verdict.status === 'refused') return { status: 'refused', approver: '', reason: verdict.reason };
    const { approver, reason, run, signedAt } = verdict.reopening;
    if (end !== undefined && end.run !== run && Date.parse(end.closedAt) > Date.parse(signedAt))
      return { status: 'refused', approver: '', reason: 'another run of the case has ended since it was signed' };
    return { status: 'verified', approver, reason };
  }

  return { verifyDecision, verifyObservation, verifyGrants, verifyReopening };
}
