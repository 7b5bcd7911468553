import { fieldsSchema } from './fields.ts';
import { actionId, modeSchema } from './plan.ts';
import {
  closed,
  count,
  digest,
  identifier,
  instant,
  instantOrNone,
  list,
  optional,
  planText,
  text,
  word,
  type z,
} from './schema.ts';
import { signedSchema } from './signed.ts';

/** A revision that somebody else deployed. */
const foreignRevisionSchema = closed({
  name: text(100),
  createTime: instantOrNone,
  creator: text(1_000),
  serviceAccount: text(500),
});

/** What others changed of the resource between the last look before a change and the look after it. */
const meanwhileSchema = closed({
  /** Changes that came between the look and this change, which it was made over; by the resource's generation. */
  before: count,
  /** Changes that came after this one, before it was looked at again. */
  after: count,
  /** Fields that this change does not write and that differ, by the API's names. */
  others: list(text(100), 100),
  /** Revisions that others deployed meanwhile, oldest first. */
  revisions: list(foreignRevisionSchema, 20),
});
export type Meanwhile = z.infer<typeof meanwhileSchema>;

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
  /** Why it was refused or failed, how an answer that was lost was found again, or what others did meanwhile; empty otherwise. */
  detail: planText,
  /**
   * With `already-so`: a call of this action had no answer, and nothing of the resource tells whether it or somebody else made it so. It is given
   * back by hand, if at all.
   */
  whose: optional(word('not-known')),
  /** Absent where nobody else changed anything, as far as the resource tells. */
  meanwhile: optional(meanwhileSchema),
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
