/** Why something signed, or the end of a case, is not proved. */
export interface SignatureProblem {
  /** The event that holds it; null where it is nowhere. */
  readonly event: number | null;
  /** `not-on-roster`: who signed it is on the roster no longer, or never was. `not-proved`: nothing that holds says so. */
  readonly kind: 'not-on-roster' | 'does-not-hold' | 'not-proved';
  readonly what: string;
}

/** What the trust document says of the signatures in a history. */
export interface SignatureVerdict {
  /** Those that hold, each counted once however often the history has it. */
  readonly decisions: number;
  readonly receipts: number;
  readonly observations: number;
  /** Decisions that do not hold, and that the case refused: nothing rests on them. */
  readonly refused: number;
  readonly problems: readonly SignatureProblem[];
}

/** The run that a history is of. */
export interface RunName {
  readonly case: string;
  readonly run: string;
}

/** One text for one signed text, to tell the same from another. */
export function keyOf(signed: { readonly payload: string; readonly protected: string; readonly signature: string }) {
  return `${signed.protected}.${signed.payload}.${signed.signature}`;
}
