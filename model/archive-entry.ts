import { closed, digest, identifier, instant, list, matching, optional, text, type z } from './schema.ts';

/** What is remembered of a closed case, for longer than Temporal keeps it. */
export const archiveEntrySchema = closed({
  case: identifier,
  run: identifier,
  /** As the run showed it; empty where it showed none. */
  state: text(100),
  /** eventTime read back from SCC after our last write to the finding, RFC 3339 UTC; absent where SCC never had it. */
  watermark: optional(instant),
  /** Request ids of the messages that the run was about, where SCC never had the finding. */
  seen: optional(list(digest, 1_000)),
  /** What the finding said when the run closed; empty where it never read it. */
  fingerprint: matching(/^(?:[0-9a-f]{64})?$/),
  closedAt: instant,
  /** eventTime of an INACTIVE that was seen after closing. */
  inactiveSeen: optional(instant),
  /** sha256 of the record of what was changed (model/case-record.ts), in the evidence store; absent where nothing was. */
  record: optional(digest),
});
export type ArchiveEntry = z.infer<typeof archiveEntrySchema>;
