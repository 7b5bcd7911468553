import { closed, either, reasonText, word, type z } from './schema.ts';

/** A branch of the investigation that gave no answer (yet), and why. `gone`: what was asked about is not there any more. */
export const unansweredSchema = closed({
  status: word('pending', 'failed', 'gone', 'not-applicable'),
  reason: reasonText,
});
export type Unanswered = z.infer<typeof unansweredSchema>;

/** A branch of the investigation: its answer, or why there is none. */
export type Answered<T> = { readonly status: 'answered'; readonly value: T } | Unanswered;

/** A branch whose answer is of this form. */
export function answered<Value extends z.core.SomeType>(value: Value) {
  return either('status', [closed({ status: word('answered'), value }), unansweredSchema]);
}
