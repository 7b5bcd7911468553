import type { Fields } from './fields.ts';
import type { CloudRunResource } from './finding.ts';

/** The roles that change something, each with an identity of its own: Cloud Run, policies, deletion. */
export const responderRoles = ['respond', 'respond-iam', 'destructive'] as const;
export type ResponderRole = (typeof responderRoles)[number];

/** What respond workers can do, and which of them does it. */
export const actionRoles = {
  'update-service': 'respond',
  'update-worker-pool': 'respond',
  'cancel-executions': 'respond',
  'set-invokers': 'respond-iam',
  delete: 'destructive',
} as const satisfies Record<string, ResponderRole>;
export type ActionKind = keyof typeof actionRoles;

/** What an action changes. */
export type Target = Pick<CloudRunResource, 'kind' | 'project' | 'location' | 'name' | 'revision'>;

/** One change of one Cloud Run resource. What respond executes is taken from the signed plan's text. */
export interface Action {
  /** Unique within its plan: `a1`, `a2` … */
  readonly id: string;
  readonly kind: ActionKind;
  readonly title: string;
  readonly target: Target;
  /** `at-once` after approval, or `after-quiet`: when the plan's quiet window is over. */
  readonly when: 'at-once' | 'after-quiet';
  /** The fields as they must be found (as changed by this plan's earlier receipts); anything else is refused. */
  readonly precondition: Fields;
  /** The fields as they are written; others stay as read live. */
  readonly change: Fields;
  /** What undoes it: empty where there is nothing to give back, null where it cannot be undone. */
  readonly inverse: Fields | null;
}

/** How many distinct approvers with which role a choice needs. */
export interface Quorum {
  readonly approvers: number;
  readonly role: string;
}

/** `dry-run` goes the same way and changes nothing. */
export type Mode = 'live' | 'dry-run';

/** An ordered list of actions that contains the threat in one way. Its digest is what approvers sign. */
export interface Plan {
  /** The rung of containment that it is made by; `undo` for the way back. */
  readonly kind: string;
  readonly case: string;
  readonly run: string;
  /** Fixed when first offered, as `notAfter` is; so news that leaves the plan alone leaves its digest alone. */
  readonly nonce: string;
  readonly mode: Mode;
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
  /** What must fall silent, and for how long, before the case says contained. Without a revision: the whole resource. */
  readonly watch: { readonly revision?: string; readonly quietSeconds: number };
}

/** A plan as offered: its id ends in six hex digits of its digest, so nobody approves a plan that he has not seen. */
export interface OfferedPlan {
  readonly id: string;
  readonly digest: string;
  readonly recommended: boolean;
  /** Why it cannot be approved; it is shown all the same. */
  readonly unavailable?: string;
  readonly plan: Plan;
}

/** True where an action of the plan cannot be undone; a deletion cannot, whatever the plan's text says. */
export function isIrreversible({ actions }: Pick<Plan, 'actions'>): boolean {
  return actions.some(({ inverse, kind }) => inverse === null || kind === 'delete');
}

/** What cannot be undone needs so many distinct approvers, and no evidence missing. */
export const irreversibleApprovers = 2;

/** The stricter of two modes: a dry run wins. */
export function stricterMode(left: Mode, right: Mode): Mode {
  return left === 'dry-run' ? left : right;
}
