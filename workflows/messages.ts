import { defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { CaseView, Observation } from '../model/case.ts';
import { decide } from '../model/decide.ts';
import { parseDecision, parseSignedDecision } from '../model/decision-parser.ts';
import type { DecisionAnswer, DecisionOutcome, SignedDecision } from '../model/decision.ts';
import { isAheadOfClock } from '../model/finding-time.ts';
import { isJsonObject } from '../model/json.ts';
import { requestIdOf } from '../model/request-id.ts';
import { caseQuery, decideMessage, observedSignal } from '../model/temporal-names.ts';
import { trust } from './activities.ts';
import { type CaseFile, note, viewOf } from './case-file.ts';
import { isSignedBy } from './signatures.ts';

const decideUpdate = defineUpdate<DecisionAnswer, [unknown]>(decideMessage);
const decideSignal = defineSignal<[unknown]>(decideMessage);
const observed = defineSignal<[unknown]>(observedSignal);
const view = defineQuery<CaseView>(caseQuery);

/** Refused decisions after which only what an approver signed is listened to: noise must not fill the history, nor keep a decision out. */
export const refusalLimit = 50;

/** Messages that are remembered, for a run to which SCC never says anything. */
const mostMessages = 50;

const says = ['eventTime', 'state', 'mute', 'fingerprint'] as const;

/** Answers that say that a decision was worth nothing. */
const refusing: ReadonlySet<DecisionOutcome> = new Set(['not-authorised']);

/** Takes in everything that is sent to a case. Registered before the first await; each handler is total. */
export function listen(file: CaseFile): void {
  const underWay = new Map<string, Promise<DecisionAnswer>>();

  /** The same message by update and by signal, or sent again meanwhile, is judged once. */
  const receive = (signed: SignedDecision): Promise<DecisionAnswer> => {
    const key = `${signed.payload}.${signed.protected}.${signed.signature}`;
    const running = underWay.get(key) ?? judge(file, signed).finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  };

  setHandler(decideUpdate, (message) => receive(parseSignedDecision(message)), {
    validator: (message) => refuseNoise(file, message),
  });
  setHandler(decideSignal, async (message) => {
    try {
      refuseNoise(file, message);
    } catch {
      // A signal has nobody to answer to: what is malformed or noise is counted, and that is all.
      file.refusals += 1;
      return;
    }
    await receive(parseSignedDecision(message));
  });
  setHandler(observed, (message) => observe(file, message));
  setHandler(view, () => viewOf(file));
}

/** Throws for what is malformed, and for noise once there was much of it. */
function refuseNoise(file: CaseFile, message: unknown): void {
  const signed = parseSignedDecision(message);
  parseDecision(signed);
  if (file.refusals >= refusalLimit && !isSignedBy(signed, 'firebreak.decision.v1', file.approverKeys)) {
    throw new Error(
      `this case has refused ${refusalLimit} decisions and now looks only at those that an approver signed`,
    );
  }
}

async function judge(file: CaseFile, signed: SignedDecision): Promise<DecisionAnswer> {
  const decision = parseDecision(signed);
  const verdict = await trust().verifyDecision(signed);
  if (verdict.status === 'refused') {
    file.approverKeys = { ...file.approverKeys, ...verdict.approvers };
    return refusedAs(file, { decision: decision.id, outcome: 'not-authorised', detail: verdict.reason });
  }
  file.responderKeys = verdict.responders;
  const { book, answer } = decide(file.book, { decision, roles: verdict.roles }, new Date().toISOString());
  file.book = book;
  if (answer.outcome === 'duplicate') return answer;
  file.signed.set(decision.id, signed);
  if (refusing.has(answer.outcome)) return refusedAs(file, answer);
  const choice = decision.choice.kind === 'plan' ? `plan ${decision.choice.plan.slice(0, 6)}` : decision.choice.kind;
  note(
    file,
    `${decision.approver} answers ${choice}: ${answer.outcome}${answer.detail === '' ? '' : ` (${answer.detail})`}; reason: ${decision.reason}`,
  );
  return answer;
}

function refusedAs(file: CaseFile, answer: DecisionAnswer): DecisionAnswer {
  file.refusals += 1;
  note(file, `a decision was refused: ${answer.detail}`);
  return answer;
}

/**
 * Keeps the last observation that says something else. Its own time decides nothing: SCC is asked what is so now. What is not of the form is
 * nobody's.
 */
function observe(file: CaseFile, message: unknown): void {
  if (!isObservation(message)) {
    note(file, 'a message that is no observation was ignored');
    return;
  }
  const last = file.observed ?? file.input.observation;
  // Once SCC has the finding, it does not matter by which of its names.
  const keys = file.fetched?.confirmation === 'confirmed' ? says : [...says, 'name' as const];
  if (keys.every((key) => message[key] === last[key])) return;
  file.messages = [...file.messages, requestIdOf(file.input.finding.caseId, message)].slice(-mostMessages);
  noteIfAhead(file, message);
  file.named = message.name;
  file.observed = message;
  file.lateAnswer = null;
}

/** Says of a message that its time cannot be true yet. */
export function noteIfAhead(file: CaseFile, { eventTime }: Pick<Observation, 'eventTime'>): void {
  if (!isAheadOfClock(eventTime, Date.now())) return;
  note(file, `a message says ${eventTime}, more than ten minutes ahead of the clock: its time counts for nothing`);
}

function isObservation(value: unknown): value is Observation {
  if (!isJsonObject(value)) return false;
  const { eventTime } = value;
  const texts = ['name', 'state', 'mute', 'fingerprint'].every((key) => typeof value[key] === 'string');
  return texts && typeof eventTime === 'string' && Number.isFinite(Date.parse(eventTime));
}
