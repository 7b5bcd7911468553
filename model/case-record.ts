import type { Observation } from './case.ts';
import type { Plan } from './plan.ts';
import type { SignedReceipt } from './receipt.ts';

/** What a closed run changed: kept in the evidence store, so that the way back does not hang on Temporal's retention. */
export interface CaseRecord {
  readonly type: 'firebreak.case-record.v1';
  readonly case: string;
  readonly run: string;
  /** What the run was opened by; its document is the finding, in the evidence store. */
  readonly observation: Observation;
  /** Every plan of which something was carried out. */
  readonly plans: readonly Plan[];
  /** Every receipt, in the order of the actions, as the worker signed it. */
  readonly receipts: readonly SignedReceipt[];
  /** sha256 of the record of the run before this one, where that changed something too. */
  readonly earlier?: string;
}
