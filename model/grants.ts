import { answered } from './answered.ts';
import { targetSchema } from './plan.ts';
import { closed, identifier, instant, list, matching, reasonText, text, word, type z } from './schema.ts';
import { signedSchema } from './signed.ts';

/** What a permission is granted on: a service account by its e-mail, a repository of Artifact Registry and a Cloud Run resource by their full names. */
const neededShape = {
  permission: matching(/^[A-Za-z]+(?:\.[A-Za-z]+)+$/),
  on: word('account', 'repository', 'resource'),
  name: text(1_000),
};

/** Whether a role has one permission on one thing. */
const grantSchema = closed({
  ...neededShape,
  answer: word('granted', 'lacking', 'not-known'),
  /** Why it is not known; empty where it is. */
  reason: reasonText,
});
export type Grant = z.infer<typeof grantSchema>;
export type Needed = Pick<Grant, 'permission' | 'on' | 'name'>;

const askerShape = { case: identifier, run: identifier };
/** The case that it is asked for. */
export const askerSchema = closed(askerShape);

/**
 * What Google asks of whoever updates a resource, and whether the role respond has it: asked with its own identity, signed with its own key.
 * Each update is asked for actAs on the resource's account and for read of its image, also one of traffic alone. Source: recorded refusals of
 * updates of services and jobs.
 */
export const grantsSchema = closed({
  type: word('firebreak.grants.v1'),
  ...askerShape,
  /** When it was asked, by respond's clock. */
  at: instant,
  target: targetSchema,
  /** The account that the resource runs as now; empty where it names none. */
  account: text(500),
  /** Repositories of the images that it is made from now. */
  repositories: list(text(1_000), 100),
  grants: list(grantSchema, 200),
  /** Where something lacks: what Google says to the validation of an update that would change nothing. */
  validation: word('not-asked', 'refused', 'passed', 'not-known'),
});
export type Grants = z.infer<typeof grantsSchema>;

/** The same as it travels: canonical JSON, signed by respond (flattened JWS, EdDSA). */
export const signedGrantsSchema = signedSchema(65_536);
export type SignedGrants = z.infer<typeof signedGrantsSchema>;

/** What `lookAtGrants` answers: the signed text, and what it says, for whoever cannot check signatures. */
export const grantsAnswerSchema = closed({ value: grantsSchema, seal: signedGrantsSchema });

/** The same as what a first look brings. */
export const answeredSealedGrants = answered(grantsAnswerSchema);

/** As a branch of the investigation. */
export const answeredGrants = answered(grantsSchema);
