import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  type CaseInput,
  type CaseState,
  type CaseView,
  modeOf,
  type Observation,
  type TimelineEntry,
} from '../model/case.ts';
import { type DecisionBook, emptyBook } from '../model/decide.ts';
import type { SignedDecision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { FetchedFinding, Investigation } from '../model/investigation.ts';
import type { Fields } from '../model/fields.ts';
import type { LookWord } from '../model/look.ts';
import type { Seals } from '../model/observation.ts';
import type { Action, OfferedPlan, Plan } from '../model/plan.ts';
import type { Assessment, Proposal, Statement } from '../model/proposal.ts';
import type { Receipt, SignedReceipt } from '../model/receipt.ts';
import { plain } from '../model/display.ts';
import type { Unfinished } from './containment/finish.ts';
import { detailsText } from './details-text.ts';

const caseState = defineSearchAttributeKey('CaseState', SearchAttributeType.KEYWORD);
const updated = defineSearchAttributeKey('Updated', SearchAttributeType.DATETIME);

/** States that people see in lists: only these are written to the search attributes. */
const announced: ReadonlySet<CaseState> = new Set([
  'proposed',
  'approved',
  'contained',
  'dismissed',
  'handed-over',
  'withdrawn',
  'expired',
  'undone',
  'failed',
]);

/** Everything that a running case remembers. One object, changed by the steps and by the handlers of messages. */
export interface CaseFile {
  readonly input: CaseInput;
  readonly id: string;
  readonly run: string;
  readonly openedAt: string;
  state: CaseState;
  reason: string;
  updatedAt: string;
  readonly timeline: TimelineEntry[];
  fetched: FetchedFinding | null;
  /** True once SCC has said to this run that the finding is active and not muted. */
  seenActive: boolean;
  investigation: Investigation | null;
  /** When the finding was last asked for, milliseconds since the epoch: the budget runs from here. */
  investigatingSince: number;
  /** Counts answers of the investigation, so that waiting notices a late one. */
  answers: number;
  assessment: Assessment | null;
  proposal: Proposal | null;
  book: DecisionBook;
  /** The signed text of every verified decision, by its id: what respond checks again. */
  readonly signed: Map<string, SignedDecision>;
  /** Decisions that were not authorised or came malformed. */
  refusals: number;
  /** Messages that nobody signs and that count for nothing. */
  noise: number;
  /** The newest signature of each part of what is known, by observe. */
  seals: Seals;
  /** Public keys of approvers and of respond workers, as the trust document last told them. */
  approverKeys: Readonly<Record<string, string>>;
  responderKeys: Readonly<Record<string, string>>;
  readonly receipts: Receipt[];
  /** The same, as they were signed. */
  readonly signedReceipts: SignedReceipt[];
  /** Plans of which something was carried out, or refused. */
  readonly carriedOut: Plan[];
  /** Approved plans whose change was denied or broke, and why. */
  readonly failures: Statement[];
  /** Plans that were carried out and did not bring quiet. */
  readonly tried: string[];
  baseline: Fields | undefined;
  /** Actions of approved plans that really changed something. */
  readonly actionsChanged: Set<Action>;
  /** What is left of a plan that was stopped on the way; null where nothing is. */
  unfinished: Unfinished | null;
  /** By which the last message named the finding, until SCC has it. */
  named: string;
  /** Request ids of the messages that came after the first, the last ones. */
  messages: string[];
  /** The newest observation that intake sent and no step has looked at. */
  observed: Observation | null;
  /** When the resource was last looked at for the proposal, milliseconds since the epoch, and when because another case had changed it. */
  lookedAt: number;
  toldAt: number;
  /** When it last could not be looked at. */
  notSeenAt: number;
  /** Why it is to be looked at again; null where it is not. */
  lookWanted: LookWord | null;
  /** True while a timer is to set that. */
  looksLater: boolean;
  /** Somebody has asked to have everything read anew, and no step has done it. */
  lookAgain: boolean;
  /** How often it has been done. */
  looks: number;
  /** What SCC answered late and no step has taken over, signed; a finding of null where it has none. */
  lateAnswer: { readonly answer: unknown } | null;
}

/** A new case's file. */
export function openCaseFile(input: CaseInput): CaseFile {
  const { workflowId, runId, startTime } = workflowInfo();
  const openedAt = startTime.toISOString();
  return {
    input,
    id: workflowId,
    run: runId,
    openedAt,
    state: 'investigating',
    reason: '',
    updatedAt: openedAt,
    timeline: [],
    fetched: null,
    seenActive: false,
    investigation: null,
    investigatingSince: startTime.getTime(),
    answers: 0,
    assessment: null,
    proposal: null,
    book: emptyBook(workflowId, runId),
    signed: new Map(),
    refusals: 0,
    noise: 0,
    seals: {},
    approverKeys: {},
    responderKeys: {},
    receipts: [],
    signedReceipts: [],
    carriedOut: [],
    failures: [],
    tried: [],
    baseline: undefined,
    actionsChanged: new Set(),
    unfinished: null,
    named: input.finding.name,
    messages: [],
    observed: null,
    lookedAt: 0,
    toldAt: 0,
    notSeenAt: 0,
    lookWanted: null,
    looksLater: false,
    lookAgain: false,
    looks: 0,
    lateAnswer: null,
  };
}

/** Adds a line to the time line; `state`: what the case came to with it. Text from outside is made harmless here, since it is shown in many places. */
export function note(file: CaseFile, text: string, state?: CaseState): void {
  file.updatedAt = new Date().toISOString();
  file.timeline.push({ time: file.updatedAt, text: plain(text, 400), ...(state !== undefined && { state }) });
}

/** So many lines of the time line are about messages that count for nothing: a view that grows with each of them could in the end not be read. */
const mostNoise = 50;

/** Notes a message that nobody signs and that counts for nothing; of many only the first. */
export function noteNoise(file: CaseFile, text: string): void {
  file.noise += 1;
  if (file.noise <= mostNoise) note(file, text);
  if (file.noise === mostNoise) note(file, `${mostNoise} messages counted for nothing; more of them are not listed`);
}

/** Moves the case to a state and says why; lists are told where people look for it. */
export function moveTo(file: CaseFile, state: CaseState, reason: string): void {
  file.state = state;
  file.reason = plain(reason, 400);
  note(file, reason === '' ? state : `${state}: ${reason}`, state);
  if (announced.has(state)) {
    upsertSearchAttributes([
      { key: caseState, value: state },
      { key: updated, value: new Date() },
    ]);
  }
  setCurrentDetails(detailsText(file));
}

/**
 * The newest time that the history itself tells, milliseconds since the epoch. What a replay has to find again, such as a plan's digest, is
 * made of it and not of the workflow's clock: where a query has waited for a worker, the SDK (1.24) hands events that came meanwhile to the
 * code before it sets the clock to their task, and a later replay, which sets it first, would come to another digest.
 */
export function recordedTime({ openedAt, fetched, receipts }: CaseFile): number {
  const times = [openedAt, fetched?.readAt ?? openedAt, ...receipts.map(({ finishedAt }) => finishedAt)];
  return Math.max(...times.map((time) => Date.parse(time)));
}

/** The finding as last read from SCC, else as it came. */
export function findingOf(file: CaseFile): Finding {
  return file.fetched?.finding ?? file.input.finding;
}

/** The plan of that digest, as offered now. */
export function planOf(file: CaseFile, digest: string): OfferedPlan | undefined {
  return file.proposal?.plans.find((offered) => offered.digest === digest);
}

/** What the query `case` answers. */
export function viewOf(file: CaseFile): CaseView {
  const finding = findingOf(file);
  const investigation = file.investigation;
  return {
    id: file.id,
    run: file.run,
    state: file.state,
    reason: file.reason,
    category: finding.category,
    severity: finding.severity,
    resource: finding.resourceName,
    openedAt: file.openedAt,
    updatedAt: file.updatedAt,
    finding,
    document: file.fetched?.evidence ?? file.input.observation.document,
    mode: modeOf(file),
    confirmed: file.fetched?.confirmation ?? 'pending',
    investigation:
      investigation === null
        ? null
        : {
            settings: investigation.settings,
            related: investigation.related,
            logs: investigation.logs,
            identity: investigation.identity,
            reputation: investigation.reputation,
            indicators: investigation.indicators,
            ...(investigation.grants && { grants: investigation.grants }),
          },
    ...(file.lookedAt > 0 && { lookedAt: new Date(file.lookedAt).toISOString() }),
    assessment: file.assessment,
    proposal: file.proposal,
    decisions: file.book.records,
    receipts: file.receipts,
    signedReceipts: file.signedReceipts,
    stopped: file.unfinished === null ? null : (file.carriedOut.at(-1) ?? null),
    seals: file.seals,
    timeline: file.timeline,
    looks: file.looks,
  };
}
