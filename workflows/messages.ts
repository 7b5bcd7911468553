import { condition, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { type CaseView, finalStates, type Observation, observationSchema } from '../model/case.ts';
import { decide } from '../model/decide.ts';
import { parseDecision, parseSignedDecision } from '../model/decision-parser.ts';
import type { DecisionAnswer, DecisionOutcome, SignedDecision } from '../model/decision.ts';
import { isAheadOfClock } from '../model/finding-time.ts';
import { type DecisionVerdict, decisionVerdictSchema } from '../model/decision-verdict.ts';
import { parsed } from '../model/parse.ts';
import { requestIdOf } from '../model/request-id.ts';
import { caseQuery, decideMessage, lookAgainSignal, lookSignal, observedSignal } from '../model/temporal-names.ts';
import { trust } from './activities.ts';
import { type CaseFile, note, noteNoise, viewOf } from './case-file.ts';
import { isSignedBy } from './signatures.ts';
import { wantLook } from './steps/look-at-resource.ts';
import { reasonOf } from './steps/reading.ts';

const decideUpdate = defineUpdate<DecisionAnswer, [unknown]>(decideMessage);
const decideSignal = defineSignal<[unknown]>(decideMessage);
const observed = defineSignal<[unknown]>(observedSignal);
const look = defineSignal<[unknown]>(lookSignal);
const lookAgain = defineSignal(lookAgainSignal);
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
  setHandler(look, (message) => wantLook(file, message));
  setHandler(lookAgain, () => askToLookAgain(file));
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
  const verdict = await checked(file, signed);
  if (verdict === null)
    return {
      decision: decision.id,
      outcome: 'too-late',
      detail: 'the roster could not be read before the window was over, so that the decision could not be checked',
    };
  if (verdict.status === 'refused') {
    file.approverKeys = { ...file.approverKeys, ...verdict.approvers };
    return refusedAs(file, { decision: decision.id, outcome: 'not-authorised', detail: verdict.reason });
  }
  file.responderKeys = verdict.responders;
  const { book, answer } = decide(
    file.book,
    { decision, roles: verdict.roles, person: verdict.person },
    new Date().toISOString(),
  );
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

/** How long to wait for the roster, seconds: doubled from the first to the last. */
const rosterWaits = { first: 2, last: 30 } as const;

/**
 * What the roster says of a decision. Where it cannot be read, that is no refusal and counts for nothing: asked again until it can be, or
 * until nothing is to be decided any more (null).
 */
async function checked(
  file: CaseFile,
  signed: SignedDecision,
): Promise<Exclude<DecisionVerdict, { status: 'unavailable' }> | null> {
  let said = '';
  for (let wait: number = rosterWaits.first; ; wait = Math.min(wait * 2, rosterWaits.last)) {
    const verdict = await verdictOn(signed);
    if (verdict.status !== 'unavailable') return verdict;
    if (verdict.reason !== said)
      note(file, `a decision waits, since the roster cannot be read and nothing can be checked: ${verdict.reason}`);
    said = verdict.reason;
    if (await condition(() => file.book.window === 'over' || finalStates.has(file.state), wait * 1000)) return null;
  }
}

async function verdictOn(signed: SignedDecision): Promise<DecisionVerdict> {
  try {
    return parsed(decisionVerdictSchema, await trust().verifyDecision(signed), 'answer');
  } catch (error) {
    return { status: 'unavailable', reason: reasonOf(error) };
  }
}

function refusedAs(file: CaseFile, answer: DecisionAnswer): DecisionAnswer {
  file.refusals += 1;
  // Those that came together are judged before any of them counts.
  if (file.refusals <= refusalLimit) note(file, `a decision was refused: ${answer.detail}`);
  return answer;
}

/** Reading changes nothing, so nobody signs for it. What is being read for the first time, or for a way back, is not read anew. */
function askToLookAgain(file: CaseFile): void {
  if (file.investigation === null || file.lookAgain || finalStates.has(file.state)) return;
  file.lookAgain = true;
  note(file, 'somebody asks to look again');
}

/**
 * Keeps the last observation that says something else. Its own time decides nothing: SCC is asked what is so now. What is not of the form is
 * nobody's.
 */
function observe(file: CaseFile, message: unknown): void {
  let seen: Observation;
  try {
    seen = parsed(observationSchema, message, 'observation');
  } catch (error) {
    noteNoise(file, `a message that is no observation was ignored: ${reasonOf(error)}`);
    return;
  }
  const last = file.observed ?? file.input.observation;
  // Once SCC has the finding, it does not matter by which of its names.
  const keys = file.fetched?.confirmation === 'confirmed' ? says : [...says, 'name' as const];
  if (keys.every((key) => seen[key] === last[key])) return;
  file.messages = [...file.messages, requestIdOf(file.input.finding.caseId, seen)].slice(-mostMessages);
  noteIfAhead(file, seen);
  file.named = seen.name;
  file.observed = seen;
  file.lateAnswer = null;
}

/** Says of a message that its time cannot be true yet. */
export function noteIfAhead(file: CaseFile, { eventTime }: Pick<Observation, 'eventTime'>): void {
  if (!isAheadOfClock(eventTime, Date.now())) return;
  noteNoise(file, `a message says ${eventTime}, more than ten minutes ahead of the clock: its time counts for nothing`);
}
