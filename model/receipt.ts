import type { Fields } from './fields.ts';
import type { Mode } from './plan.ts';

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
  /** How the worker went about it: the stricter of the plan's mode and its own. */
  readonly mode: Mode;
  /**
   * `would-change`: of a dry run, nothing was changed and `after` is computed. `governed`: too many changes in this hour, to be tried again at
   * `retryAt`. `halted`: somebody has stopped all changes.
   */
  readonly result: 'changed' | 'would-change' | 'already-so' | 'refused' | 'governed' | 'halted' | 'failed';
  /** Why it was refused or failed, or how an answer that was lost was found again; empty otherwise. */
  readonly detail: string;
  /** With `governed`: when a change may be made again, RFC 3339 UTC. */
  readonly retryAt?: string;
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
