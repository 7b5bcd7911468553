import type { Fields } from '../../model/fields.ts';
import type { Receipt } from '../../model/receipt.ts';

/** What came of an action: the part of its receipt that is not the same for all. */
export type Outcome = Pick<
  Receipt,
  'mode' | 'result' | 'detail' | 'before' | 'after' | 'operation' | 'retryAt' | 'whose' | 'meanwhile'
>;

/** Nothing was changed, and why. `found`: the fields as read, where they were. */
export function unchanged(
  result: 'already-so' | 'refused' | 'governed' | 'halted' | 'failed',
  mode: Receipt['mode'],
  detail: string,
  found: Fields = {},
): Outcome {
  return { mode, result, detail, before: found, after: found, operation: '' };
}
