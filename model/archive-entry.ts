import { finalStateNames } from './case.ts';
import { modeSchema } from './plan.ts';
import { closed, digest, identifier, instant, list, matching, optional, whole, word, type z } from './schema.ts';

/** What is remembered of a closed case, for longer than Temporal keeps it: signed by observe, which has seen the proofs of the state. */
export const archiveEntrySchema = closed({
  type: word('firebreak.index.v1'),
  case: identifier,
  run: identifier,
  state: word(...finalStateNames),
  mode: modeSchema,
  /** eventTime read back from SCC after our last write to the finding, RFC 3339 UTC; absent where SCC never had it. */
  watermark: optional(instant),
  /** Request ids of the messages that the run was about, where SCC never had the finding. */
  seen: optional(list(digest, 1_000)),
  /** What the finding said when the run closed; empty where it never read it. */
  fingerprint: matching(/^(?:[0-9a-f]{64})?$/),
  closedAt: instant,
  /** sha256 of the record of what was changed (model/case-record.ts), in the evidence store; absent where nothing was. */
  record: optional(digest),
});
export type ArchiveEntry = z.infer<typeof archiveEntrySchema>;

/** Intake's own word beside the index, of what was reported after this run of a case had closed. */
export const restNoteSchema = closed({
  type: word('firebreak.rest.v1'),
  case: identifier,
  run: identifier,
  /** When the finding was INACTIVE last. */
  inactiveSeen: optional(instant),
  /** That it was reported as active again, with nothing else new in it: as messages say. */
  activeSeen: optional(
    closed({
      /** The newest of their eventTimes, and how many different ones there were. */
      eventTime: instant,
      times: whole(1, 1_000_000_000),
      /** When the last one came. */
      at: instant,
    }),
  ),
});
export type RestNote = z.infer<typeof restNoteSchema>;
