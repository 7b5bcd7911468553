import { resourceShape } from './cloud-run-resource.ts';
import { fieldsSchema } from './fields.ts';
import { approverRoles } from './roster.ts';
import {
  closed,
  digest,
  identifier,
  instant,
  list,
  matching,
  optional,
  orNull,
  planText,
  text,
  whole,
  word,
  yesNo,
  z,
} from './schema.ts';

/** The roles that change something, each with an identity of its own: Cloud Run, policies, deletion. */
export const responderRoles = ['respond', 'respond-iam', 'destructive'] as const;
export type ResponderRole = (typeof responderRoles)[number];

/** Whether a role changes something, and so signs receipts. */
export function isResponder(role: string): role is ResponderRole {
  return responderRoles.some((one) => one === role);
}

/** What respond workers can do, and which of them does it. */
export const actionRoles = {
  'update-service': 'respond',
  'update-worker-pool': 'respond',
  'cancel-executions': 'respond',
  'switch-instance': 'respond',
  'set-invokers': 'respond-iam',
  delete: 'destructive',
} as const satisfies Record<string, ResponderRole>;
export type ActionKind = keyof typeof actionRoles;

/** What an action changes. */
export const targetSchema = closed(resourceShape);
export type Target = z.infer<typeof targetSchema>;

export const actionKind = word(
  ...([
    'update-service',
    'update-worker-pool',
    'cancel-executions',
    'switch-instance',
    'set-invokers',
    'delete',
  ] as const satisfies readonly ActionKind[]),
);

/** Within its plan, in order: `a1`, `a2` … */
export const actionId = matching(/^a[1-9]\d?$/);

/** One change of one Cloud Run resource. What respond executes is taken from the signed plan's text. */
export const actionSchema = closed({
  id: actionId,
  kind: actionKind,
  title: planText,
  target: targetSchema,
  /** `at-once` after approval, or `after-quiet`: when the plan's quiet window is over. */
  when: word('at-once', 'after-quiet'),
  /** The fields as they must be found (as changed by this plan's earlier receipts); anything else is refused. */
  precondition: fieldsSchema,
  /** The fields as they are written; others stay as read live. */
  change: fieldsSchema,
  /** What undoes it: empty where there is nothing to give back, null where it cannot be undone. */
  inverse: orNull(fieldsSchema),
});
export type Action = z.infer<typeof actionSchema>;

/** How many distinct approvers with which role a choice needs. */
export const quorumSchema = closed({ approvers: whole(1, 100), role: word(...approverRoles) });
export type Quorum = z.infer<typeof quorumSchema>;

/** `dry-run` goes the same way and changes nothing. */
export const modeSchema = word('live', 'dry-run');
export type Mode = z.infer<typeof modeSchema>;

const sentences = list(planText, 200);

/** An ordered list of actions that contains the threat in one way. Its digest is what approvers sign. */
export const planSchema = closed({
  /** The rung of containment that it is made by; `undo` for the way back. */
  kind: matching(/^[a-z][a-z0-9-]{0,63}$/),
  case: identifier,
  run: identifier,
  /** Fixed when first offered, as `notAfter` is; so news that leaves the plan alone leaves its digest alone. */
  nonce: identifier,
  mode: modeSchema,
  /** No action starts after this, RFC 3339 UTC. */
  notAfter: instant,
  title: planText,
  actions: list(actionSchema, 99, z.minLength(1), z.refine(haveIdsOfTheirOwn)),
  stops: sentences,
  doesNotStop: sentences,
  /** Who is hit, and how. */
  breaks: sentences,
  undo: planText,
  quorum: quorumSchema,
  /** Evidence that was not there when the plan was made; the signature covers this list. */
  missingEvidence: list(text(5_000), 100),
  /** What must fall silent, and for how long, before the case says contained. Without a revision: the whole resource. */
  watch: closed({ revision: optional(text(100)), quietSeconds: whole(0, 86_400) }),
});
export type Plan = z.infer<typeof planSchema>;

function haveIdsOfTheirOwn(actions: readonly Pick<Action, 'id'>[]): boolean {
  return new Set(actions.map(({ id }) => id)).size === actions.length;
}

/** A plan as offered: its id ends in six hex digits of its digest, so nobody approves a plan that he has not seen. */
export const offeredPlanSchema = closed({
  id: matching(/^[a-z][a-z0-9-]{0,63}-[0-9a-f]{6}$/),
  digest,
  recommended: yesNo,
  /** Why it cannot be approved; it is shown all the same. */
  unavailable: optional(planText),
  /** Why it may be refused when it is carried out. It can be approved, and is not recommended. */
  doubt: optional(planText),
  plan: planSchema,
});
export type OfferedPlan = z.infer<typeof offeredPlanSchema>;

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
