import { observationSchema } from './case.ts';
import { planSchema } from './plan.ts';
import { signedReceiptSchema } from './receipt.ts';
import { closed, digest, identifier, list, optional, word, type z } from './schema.ts';

const parts = {
  /** What the run was opened by; its document is the finding, in the evidence store. */
  observation: observationSchema,
  /** Every plan of which something was carried out. */
  plans: list(planSchema, 1_000),
  /** Every receipt, in the order of the actions, as the worker signed it. */
  receipts: list(signedReceiptSchema, 10_000),
};

/** What a run changed, or a part of it. */
export const recordPartSchema = closed(parts);
export type RecordPart = z.infer<typeof recordPartSchema>;

/** What a closed run changed: kept in the evidence store, so that the way back does not hang on Temporal's retention. */
export const caseRecordSchema = closed({
  type: word('firebreak.case-record.v1'),
  case: identifier,
  run: identifier,
  ...parts,
  /** sha256 of the record of the run before this one, where that changed something too. */
  earlier: optional(digest),
});
export type CaseRecord = z.infer<typeof caseRecordSchema>;
