import type { DecisionRecord } from './decision.ts';
import type { EvidenceReference } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Investigation } from './investigation.ts';
import type { Seals } from './observation.ts';
import type { Action, Mode } from './plan.ts';
import type { Assessment, Proposal } from './proposal.ts';
import type { Rails } from './rails.ts';
import type { Receipt } from './receipt.ts';

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
export interface TimelineEntry {
  /** RFC 3339 UTC, workflow time. */
  readonly time: string;
  readonly text: string;
}

/** What intake saw: the payload of the signal `observed`, and part of the start. */
export interface Observation {
  readonly eventTime: string;
  readonly state: string;
  readonly mute: string;
  readonly fingerprint: string;
  readonly document: EvidenceReference;
}

/** The durations of a case, in seconds; fixed when it starts. */
export interface CaseTimes {
  readonly investigationBudget: number;
  readonly reminder: number;
  readonly escalation: number;
  readonly expiry: number;
  readonly quietWindow: number;
  /** How long an approval may wait for its action. */
  readonly approvalFreshness: number;
  /** How far before and after the finding's first sign related findings and logs are sought. */
  readonly correlationBefore: number;
  readonly correlationAfter: number;
}

/** The workflow's input. */
export interface CaseInput {
  readonly finding: Finding;
  readonly observation: Observation;
  readonly times: CaseTimes;
  readonly rails: Rails;
  /** `true`: the finding came by `submit`. */
  readonly submitted: boolean;
  /** The run that this one reopens. */
  readonly reopens?: string;
  /** Why the watch after containment opened this run. */
  readonly alarm?: string;
  /** How the run that this one reopens ended in Temporal, where it was not Firebreak that ended it. */
  readonly lost?: string;
}

/**
 * The input of the way back of a closed case. Its plans and receipts stay in the evidence store, since there can be any number of them: what
 * they come to is what travels.
 */
export interface UndoInput extends CaseInput {
  readonly undoes: {
    readonly case: string;
    /** What gives back what was changed. */
    readonly actions: readonly Action[];
    /** What cannot be given back, in words. */
    readonly lost: readonly string[];
    /** What was done, the last at the end. */
    readonly done: Assessment['known'];
  };
}

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

/** The workflow's result. */
export interface CaseResult {
  readonly state: CaseState;
  readonly reason: string;
  /** eventTime read back from SCC after our last write to the finding. */
  readonly watermark: string;
}

/** The answer of the query `case`, and of `firebreak case ID --json`. */
export interface CaseView {
  readonly id: string;
  readonly run: string;
  readonly state: CaseState;
  /** Why it is in that state, where there is more to say. */
  readonly reason: string;
  readonly category: string;
  readonly severity: string;
  readonly resource: string;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly finding: Finding;
  readonly mode: Rails['mode'];
  readonly confirmed: 'confirmed' | 'not-found' | 'unavailable' | 'pending';
  readonly investigation: Omit<Investigation, 'fetched'> | null;
  readonly assessment: Proposal['assessment'] | null;
  readonly proposal: Proposal | null;
  readonly decisions: readonly DecisionRecord[];
  readonly receipts: readonly Receipt[];
  /** What of all this observe has signed: the newest signature of each part. */
  readonly seals: Seals;
  readonly timeline: readonly TimelineEntry[];
}

/** A case as it is shown: with `ended-in-temporal`, its reason says how it ended and what to type. */
export type ShownView = Omit<CaseView, 'state'> & { readonly state: ShownState };

/** One row of `firebreak cases --json`. */
export interface CaseSummary {
  readonly id: string;
  readonly run: string;
  readonly state: ShownState;
  /** With `ended-in-temporal`: how it ended, and what to type. */
  readonly ended?: string;
  readonly mode: Mode;
  readonly category: string;
  readonly severity: string;
  readonly project: string;
  readonly resource: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}
