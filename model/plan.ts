import type { ServiceScaling, TrafficTarget } from './cloud-run.ts';

/** The fields of a service that an action may depend on or write. */
export interface ServiceFields {
  readonly traffic?: readonly TrafficTarget[];
  readonly scaling?: ServiceScaling;
}

/** One change of one Cloud Run service. What respond executes is taken from the signed plan's text. */
export interface Action {
  /** Unique within its plan: `a1`, `a2` … */
  readonly id: string;
  readonly kind: 'update-service';
  readonly title: string;
  readonly target: { readonly project: string; readonly location: string; readonly service: string };
  /** `at-once` after approval, or `after-quiet`: when the bad revision has been quiet for the plan's window. */
  readonly when: 'at-once' | 'after-quiet';
  /** The fields as they must be found (as changed by this plan's earlier receipts); anything else is refused. */
  readonly precondition: ServiceFields;
  /** The fields as they are written; others stay as read live. */
  readonly change: ServiceFields;
  /** What undoes it. */
  readonly inverse: ServiceFields;
}

/** The ways in which a plan contains a threat. */
export type PlanKind = 'evict' | 'scale-to-zero' | 'move-traffic';

/** How many distinct approvers with which role a choice needs. */
export interface Quorum {
  readonly approvers: number;
  readonly role: string;
}

/** An ordered list of actions that contains the threat in one way. Its digest is what approvers sign. */
export interface Plan {
  readonly kind: PlanKind;
  readonly case: string;
  readonly run: string;
  /** Fixed when first offered, as `notAfter` is; so news that leaves the plan alone leaves its digest alone. */
  readonly nonce: string;
  readonly mode: 'live' | 'dry-run';
  /** No action starts after this, RFC 3339 UTC. */
  readonly notAfter: string;
  readonly title: string;
  readonly actions: readonly Action[];
  readonly stops: readonly string[];
  readonly doesNotStop: readonly string[];
  /** Who is hit, and how. */
  readonly breaks: readonly string[];
  readonly undo: string;
  readonly quorum: Quorum;
  /** Evidence that was not there when the plan was made; the signature covers this list. */
  readonly missingEvidence: readonly string[];
  /** What must fall silent, and for how long, before the case says contained. */
  readonly watch: { readonly revision: string; readonly quietSeconds: number };
}

/** A plan as offered: its id ends in six hex digits of its digest, so nobody approves a plan that he has not seen. */
export interface OfferedPlan {
  readonly id: string;
  readonly digest: string;
  readonly recommended: boolean;
  readonly plan: Plan;
}
