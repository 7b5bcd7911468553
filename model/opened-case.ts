import { observationSchema } from './case.ts';
import { closed, identifier, instant, optional, type z, word, yesNo } from './schema.ts';

/** A case that intake has opened: signed by intake and kept outside Temporal, so that a case which is ended or deleted there is missed. */
export const openedCaseSchema = closed({
  type: word('firebreak.opened.v1'),
  case: identifier,
  /** The newest run that intake knows of. */
  run: identifier,
  openedAt: instant,
  /** A message opened that run; not the watch, and not the sweep. */
  byMessage: yesNo,
  /** When it was last opened again because its run had ended otherwise than Firebreak ends runs. */
  reopenedAt: optional(instant),
  /** What it was opened by; its document is the finding, in the evidence store. */
  observation: observationSchema,
  submitted: yesNo,
  dryRun: yesNo,
});
export type OpenedCase = z.infer<typeof openedCaseSchema>;
