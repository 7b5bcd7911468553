import { closed, digest, either, identifier, instant, optional, text, word, z } from './schema.ts';
import { signedSchema } from './signed.ts';

/** The largest signed decision that a case looks at, in characters of its three parts together. */
export const maximumDecisionSize = 8_192;
/** The longest reason, in characters. */
export const maximumReasonLength = 2_000;

/** A choice: one plan by its digest, or one of the two answers that change nothing. */
export const choiceSchema = either('kind', [
  closed({ kind: word('plan'), plan: digest }),
  closed({ kind: word('dismiss') }),
  closed({ kind: word('hand-over') }),
]);
export type Choice = z.infer<typeof choiceSchema>;

/** A signed answer to one proposal. */
export const decisionSchema = closed({
  type: word('firebreak.decision.v1'),
  id: identifier,
  case: identifier,
  run: identifier,
  /** Digest of the proposal that was seen. */
  proposal: digest,
  choice: choiceSchema,
  reason: text(
    maximumReasonLength,
    z.refine((reason) => reason.trim() !== ''),
  ),
  approver: identifier,
  credential: identifier,
  /** RFC 3339 UTC, by the approver's clock. */
  signedAt: instant,
});
export type Decision = z.infer<typeof decisionSchema>;

/** A decision as it travels: flattened JWS (RFC 7515), `alg` EdDSA, `kid` the credential, payload the canonical JSON. */
export const signedDecisionSchema = signedSchema(maximumDecisionSize);
export type SignedDecision = z.infer<typeof signedDecisionSchema>;

const outcomes = ['accepted', 'recorded', 'already-voted', 'stale', 'too-late', 'not-authorised', 'closed'] as const;

/** How a decision was answered. */
export const decisionOutcomeSchema = word(...outcomes, 'duplicate');
export type DecisionOutcome = z.infer<typeof decisionOutcomeSchema>;

/** The answer to a decision, as the sender gets it. */
export const decisionAnswerSchema = closed({
  decision: identifier,
  outcome: decisionOutcomeSchema,
  detail: text(65_536),
  /** With `duplicate`: what the first one was answered. */
  first: optional(word(...outcomes)),
});
export type DecisionAnswer = z.infer<typeof decisionAnswerSchema>;

/** A decision and its answer, as kept in the case. */
export const decisionRecordSchema = closed({
  decision: decisionSchema,
  answer: decisionAnswerSchema,
  receivedAt: instant,
});
export type DecisionRecord = z.infer<typeof decisionRecordSchema>;
