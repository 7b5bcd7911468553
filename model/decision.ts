/** A choice: one plan by its digest, or one of the two answers that change nothing. */
export type Choice =
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'dismiss' }
  | { readonly kind: 'hand-over' };

/** A signed answer to one proposal. */
export interface Decision {
  readonly type: 'firebreak.decision.v1';
  readonly id: string;
  readonly case: string;
  readonly run: string;
  /** Digest of the proposal that was seen. */
  readonly proposal: string;
  readonly choice: Choice;
  readonly reason: string;
  readonly approver: string;
  readonly credential: string;
  /** RFC 3339 UTC, by the approver's clock. */
  readonly signedAt: string;
}

/** A decision as it travels: flattened JWS (RFC 7515), `alg` EdDSA, `kid` the credential, payload the canonical JSON. */
export interface SignedDecision {
  readonly payload: string;
  readonly protected: string;
  readonly signature: string;
}

/** How a decision was answered. */
export type DecisionOutcome =
  | 'accepted'
  | 'recorded'
  | 'duplicate'
  | 'already-voted'
  | 'stale'
  | 'too-late'
  | 'not-authorised'
  | 'closed';

/** The answer to a decision, as the sender gets it. */
export interface DecisionAnswer {
  readonly decision: string;
  readonly outcome: DecisionOutcome;
  readonly detail: string;
  /** With `duplicate`: what the first one was answered. */
  readonly first?: Exclude<DecisionOutcome, 'duplicate'>;
}

/** A decision and its answer, as kept in the case. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly answer: DecisionAnswer;
  readonly receivedAt: string;
}
