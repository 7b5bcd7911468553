import type { OfferedPlan } from './plan.ts';

/** Something said about the case, and why. */
export interface Statement {
  readonly text: string;
  readonly reason: string;
}

/** What is known, each statement with its reason, and what is not known and why. */
export interface Assessment {
  readonly verdict: 'malicious' | 'suspicious' | 'unclear' | 'likely-benign';
  readonly summary: string;
  readonly known: readonly Statement[];
  readonly unknown: readonly Statement[];
  /** The revision taken to be compromised, and why; absent where none could be named. */
  readonly badRevision?: { readonly name: string; readonly reason: string };
  /** The revision to go back to, and why; absent where none qualifies (the reason is then in `unknown`). */
  readonly knownGood?: { readonly name: string; readonly reason: string };
  /** What people still have to do. */
  readonly todo: readonly string[];
}

/** What is recommended: a plan's id, or an answer that changes nothing. */
export interface Recommendation {
  readonly choice: 'plan' | 'dismiss' | 'hand-over';
  readonly plan?: string;
  readonly reason: string;
}

/** What analysts answer. Dismiss and hand over are always open besides the plans. */
export interface Proposal {
  /** Counts from 1 within a run. */
  readonly revision: number;
  /** sha256 of the canonical JSON of case, run, assessment, plan digests and recommendation. */
  readonly digest: string;
  readonly openedAt: string;
  /** When the case expires if nobody decides, RFC 3339 UTC. */
  readonly expiresAt: string;
  readonly playbook: string;
  readonly assessment: Assessment;
  readonly plans: readonly OfferedPlan[];
  readonly recommendation: Recommendation;
}
