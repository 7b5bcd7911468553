import type { Fields } from './fields.ts';

/** What an action did: signed by the worker that did it. */
export interface Receipt {
  readonly type: 'firebreak.receipt.v1';
  readonly case: string;
  readonly run: string;
  /** Digest of the plan that the action is taken from. */
  readonly plan: string;
  readonly action: string;
  /** Ids of the decisions that approved it. */
  readonly decisions: readonly string[];
  readonly result: 'changed' | 'already-so' | 'refused' | 'failed';
  /** Why it was refused or failed, or how an answer that was lost was found again; empty otherwise. */
  readonly detail: string;
  readonly before: Fields;
  readonly after: Fields;
  /** Name of the long-running operation; empty where none was started or its name was lost. */
  readonly operation: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** A receipt as it travels: its canonical JSON, signed by the respond role (flattened JWS, EdDSA). */
export interface SignedReceipt {
  readonly payload: string;
  readonly protected: string;
  readonly signature: string;
}
