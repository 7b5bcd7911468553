import { word, type z } from './schema.ts';

/** The search attributes of a case, with Temporal's names for their types. Only grammar-checked text goes into them (promise 9). */
export const searchAttributes = {
  CaseState: 'Keyword',
  Severity: 'Keyword',
  Category: 'Keyword',
  Project: 'Keyword',
  Resource: 'Keyword',
  Updated: 'Datetime',
} as const;

/** The keys of a case's memo. */
export const memoKeys = {
  /** eventTime read back from SCC after the case's last write to the finding, upserted last; RFC 3339 UTC. Absent where SCC never had it. */
  watermark: 'watermark',
  /** What the finding said when the run last read it. */
  fingerprint: 'fingerprint',
  /** Request ids of the messages that a run was about to which SCC never said anything: their redeliveries are no news. */
  seen: 'seen',
  /** `dry-run` where the case changes nothing; absent otherwise. */
  mode: 'mode',
} as const;

/** The workflow's type, and its messages: signal, update (and the same as a signal), query. */
export const caseWorkflow = 'respondToFinding';
export const undoWorkflow = 'undoCase';
export const watchWorkflow = 'watchResource';
export const observedSignal = 'observed';
export const decideMessage = 'decide';
export const lookSignal = 'look';
export const lookAgainSignal = 'look-again';
export const caseQuery = 'case';

/** What the way back tells the watch; its end it tells by cancelling it. */
export const watchSignal = 'way-back';
export const watchWordSchema = word('rest', 'go-on', 'end');
export type WatchWord = z.infer<typeof watchWordSchema>;
