import { fieldsSchema } from './fields.ts';
import { actionId, modeSchema } from './plan.ts';
import { closed, digest, identifier, instant, list, optional, planText, word, type z } from './schema.ts';
import { signedSchema } from './signed.ts';

/** What an action did: signed by the worker that did it. */
export const receiptSchema = closed({
  type: word('firebreak.receipt.v1'),
  case: identifier,
  run: identifier,
  /** Digest of the plan that the action is taken from. */
  plan: digest,
  action: actionId,
  /** Ids of the decisions that approved it. */
  decisions: list(identifier, 100),
  /** How the worker went about it: the stricter of the plan's mode and its own. */
  mode: modeSchema,
  /**
   * `would-change`: of a dry run, nothing was changed and `after` is computed. `governed`: too many changes in this hour, to be tried again at
   * `retryAt`. `halted`: somebody has stopped all changes.
   */
  result: word('changed', 'would-change', 'already-so', 'refused', 'governed', 'halted', 'failed'),
  /** Why it was refused or failed, or how an answer that was lost was found again; empty otherwise. */
  detail: planText,
  /** With `governed`: when a change may be made again, RFC 3339 UTC. */
  retryAt: optional(instant),
  before: fieldsSchema,
  after: fieldsSchema,
  /** Name of the long-running operation; empty where none was started or its name was lost. */
  operation: planText,
  startedAt: instant,
  finishedAt: instant,
});
export type Receipt = z.infer<typeof receiptSchema>;

/** A receipt as it travels: its canonical JSON, signed by the respond role (flattened JWS, EdDSA). */
export const signedReceiptSchema = signedSchema(1_048_576);
export type SignedReceipt = z.infer<typeof signedReceiptSchema>;
