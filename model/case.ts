import { decisionRecordSchema } from './decision.ts';
import { evidenceReferenceSchema } from './evidence.ts';
import { findingSchema } from './finding.ts';
import { investigationViewSchema } from './investigation.ts';
import { sealsSchema } from './observation.ts';
import { actionSchema, type Mode, modeSchema, planSchema } from './plan.ts';
import { assessmentSchema, proposalSchema } from './proposal.ts';
import { railsSchema } from './rails.ts';
import { type Receipt, receiptSchema, signedReceiptSchema } from './receipt.ts';
import { signedReopeningSchema } from './reopening.ts';
import {
  closed,
  digest,
  identifier,
  instant,
  list,
  matching,
  optional,
  orNull,
  outsideText,
  planText,
  reasonText,
  seconds,
  text,
  whole,
  word,
  yesNo,
  type z,
} from './schema.ts';
import { servingSchema } from './serving-seen.ts';

/** The states of a case. The last seven are final; `undone` ends the way back. */
export const caseStates = [
  'investigating',
  'proposed',
  'approved',
  'preserving',
  'containing',
  'verifying',
  'contained',
  'dismissed',
  'handed-over',
  'withdrawn',
  'expired',
  'undone',
  'failed',
] as const;

export type CaseState = (typeof caseStates)[number];

export const finalStateNames = [
  'contained',
  'dismissed',
  'handed-over',
  'withdrawn',
  'expired',
  'undone',
  'failed',
] as const satisfies readonly CaseState[];

export const finalStates: ReadonlySet<CaseState> = new Set(finalStateNames);

/** As a case is shown: in a state of its own, or its run has ended and no signed record of Firebreak's says how. */
export const shownStates = [...caseStates, 'ended-in-temporal'] as const;
export type ShownState = (typeof shownStates)[number];

/** A state as people read it: of a dry run it says so. */
export function stateWords(state: ShownState, mode: Mode): string {
  return mode === 'dry-run' ? `${state} (dry run)` : state;
}

/** One line of a case's time line. */
const timelineEntrySchema = closed({
  /** RFC 3339 UTC, workflow time. */
  time: instant,
  text: reasonText,
  /** The state that the case came to with this, where it did. */
  state: optional(word(...caseStates)),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** What intake saw: the payload of the signal `observed`, and part of the start. */
export const observationSchema = closed({
  /** The finding's name as the message had it. */
  name: text(1_000),
  eventTime: instant,
  state: outsideText,
  mute: outsideText,
  fingerprint: digest,
  document: evidenceReferenceSchema,
  /** sha256 of the document as it was received, which is kept nowhere; absent where only its masked form was there (a dead letter retried). */
  originalSha256: optional(digest),
});
export type Observation = z.infer<typeof observationSchema>;

/** The durations of a case, in seconds; fixed when it starts. */
const caseTimesSchema = closed({
  investigationBudget: seconds,
  reminder: seconds,
  escalation: seconds,
  expiry: seconds,
  quietWindow: whole(0, 86_400),
  /** For how much longer a watch has patience after a change of a policy; absent in cases from before that was one of them. */
  policyChange: optional(seconds),
  /** How long an approval may wait for its action. */
  approvalFreshness: seconds,
  /** How far before and after the finding's first sign related findings and logs are sought. */
  correlationBefore: seconds,
  correlationAfter: seconds,
});
export type CaseTimes = z.infer<typeof caseTimesSchema>;

/** What intake knows of a closed run. */
const closedBeforeSchema = closed({
  state: text(100),
  /** Absent where SCC never said anything to it. */
  watermark: optional(instant),
  fingerprint: matching(/^(?:[0-9a-f]{64})?$/),
});
export type ClosedBefore = z.infer<typeof closedBeforeSchema>;

const inputShape = {
  finding: findingSchema,
  observation: observationSchema,
  times: caseTimesSchema,
  rails: railsSchema,
  /** `true`: the finding came by `submit`. */
  submitted: yesNo,
  /** The run that this one reopens. */
  reopens: optional(identifier),
  /** How that run ended, where intake opened this one. */
  before: optional(closedBeforeSchema),
  /** Why the watch after containment opened this run. */
  alarm: optional(planText),
  /** How the run that this one reopens ended in Temporal, where it was not Firebreak that ended it. */
  lost: optional(planText),
  /** Who opened this run, where a person did, as it was signed. */
  reopened: optional(signedReopeningSchema),
};

/** The workflow's input. */
export const caseInputSchema = closed(inputShape);
export type CaseInput = z.infer<typeof caseInputSchema>;

/**
 * The input of the way back of a closed case. Its plans and receipts stay in the evidence store, since there can be any number of them: what
 * they come to is what travels.
 */
export const undoInputSchema = closed({
  ...inputShape,
  undoes: closed({
    case: identifier,
    /** What gives back what was changed. */
    actions: list(actionSchema, 99),
    /** What cannot be given back, in words. */
    lost: list(planText, 100),
    /** What was done, the last at the end. */
    done: list(closed({ text: planText, reason: planText }), 100),
  }),
});
export type UndoInput = z.infer<typeof undoInputSchema>;

/** How a case goes about it: as a dry run where it was started so, or where the respond process only said what it would change. */
export function modeOf({
  input,
  receipts,
}: {
  readonly input: Pick<CaseInput, 'rails'>;
  readonly receipts: readonly Receipt[];
}): Mode {
  const would = receipts.some(({ result }) => result === 'would-change');
  const changed = receipts.some(({ result }) => result === 'changed');
  return input.rails.mode === 'dry-run' || (would && !changed) ? 'dry-run' : 'live';
}

const stateSchema = word(...caseStates);

/** The workflow's result. */
const caseResultSchema = closed({
  state: stateSchema,
  reason: reasonText,
  /** eventTime read back from SCC after our last write to the finding; absent where SCC never had it. */
  watermark: optional(instant),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

/** What `recordClosing` answers. */
export const closingAnswerSchema = closed({
  watermark: optional(instant),
  /** Why the finding in SCC does not show the case as an external system; absent where it does, or where nothing was to be shown. */
  notShown: optional(reasonText),
  /** Whether what was given back serves; absent where nothing was. */
  serving: optional(servingSchema),
});
export type ClosingAnswer = z.infer<typeof closingAnswerSchema>;

/** The answer of the query `case`, and of `firebreak case ID --json`. */
export const caseViewSchema = closed({
  id: identifier,
  run: identifier,
  state: stateSchema,
  /** Why it is in that state, where there is more to say. */
  reason: reasonText,
  category: outsideText,
  severity: outsideText,
  resource: outsideText,
  openedAt: instant,
  updatedAt: instant,
  finding: findingSchema,
  /** The finding as SCC told it, or the message, in the evidence store. */
  document: evidenceReferenceSchema,
  mode: modeSchema,
  confirmed: word('confirmed', 'not-found', 'unavailable', 'pending'),
  investigation: orNull(investigationViewSchema),
  /** When the resource was last looked at for the proposal, workflow time; absent before there is one. */
  lookedAt: optional(instant),
  assessment: orNull(assessmentSchema),
  proposal: orNull(proposalSchema),
  decisions: list(decisionRecordSchema, 10_000),
  receipts: list(receiptSchema, 10_000),
  /** The same, as they were signed. */
  signedReceipts: list(signedReceiptSchema, 10_000),
  /** The plan that was stopped on the way, of which a `finish` plan does the rest; null where none was. */
  stopped: orNull(planSchema),
  /** What of all this observe has signed: the newest signature of each part. */
  seals: sealsSchema,
  timeline: list(timelineEntrySchema, 100_000),
  /** How often it has read everything anew since somebody asked for it; absent in views of older workers. */
  looks: optional(whole(0, 1_000_000)),
});
export type CaseView = z.infer<typeof caseViewSchema>;

/** A case as it is shown: with `ended-in-temporal`, its reason says how it ended and what to type. */
export type ShownView = Omit<CaseView, 'state'> & { readonly state: ShownState };

/** One row of `firebreak cases --json`. */
const caseSummarySchema = closed({
  id: identifier,
  run: identifier,
  state: word(...shownStates),
  /** With `ended-in-temporal`: how it ended, and what to type. */
  ended: optional(planText),
  mode: modeSchema,
  category: outsideText,
  severity: outsideText,
  project: outsideText,
  resource: outsideText,
  startedAt: instant,
  updatedAt: instant,
});
export type CaseSummary = z.infer<typeof caseSummarySchema>;
