import { parseDecision } from '../model/decision-parser.ts';
import { isJsonObject } from '../model/json.ts';
import type { Signed } from '../runtime/signatures.ts';
import { recordedAt, signedAs, signedIn } from './history-values.ts';
import type { Order } from './orders.ts';
import { plainPayloads } from './plain-payloads.ts';
import type { Event } from './read-history.ts';
import { keyOf, type RunName, type SignatureProblem } from './signature-verdict.ts';
import type { HeldDecision, Judgement, Signers } from './signers.ts';

/** The decisions of a history, judged. */
export interface JudgedDecisions {
  readonly held: readonly HeldDecision[];
  /** By `keyOf`. */
  readonly byKey: ReadonlyMap<string, HeldDecision>;
  readonly refused: number;
  readonly problems: readonly SignatureProblem[];
}

/**
 * Judges each decision as of the time at which the history has it first. Anybody can send one: what does not hold is a problem only where the
 * case did not refuse it, or asked respond for something with it.
 */
export async function judgeDecisions(
  events: readonly Event[],
  orders: readonly Order[],
  of: RunName,
  signers: Signers,
): Promise<JudgedDecisions> {
  const relied = reliedOn(events, orders);
  const byKey = new Map<string, HeldDecision>();
  const problems: SignatureProblem[] = [];
  const seen = new Set<string>();
  let refused = 0;
  for (const event of events) {
    for (const signed of signedIn(event)) {
      const key = keyOf(signed);
      if (signedAs(signed) !== 'firebreak.decision.v1' || seen.has(key)) continue;
      seen.add(key);
      const judgement = ofThisRun(await signers.decision(signed, recordedAt(event)), of);
      if (judgement.status === 'holds') byKey.set(key, judgement.value);
      else if (!relied.has(key)) refused += 1;
      else {
        const { status: kind, reason } = judgement;
        problems.push({ event: Number(event.eventId), kind, what: `${nameOf(signed)}: ${reason}` });
      }
    }
  }
  return { held: [...byKey.values()], byKey, refused, problems };
}

function ofThisRun(judgement: Judgement<HeldDecision>, of: RunName): Judgement<HeldDecision> {
  if (judgement.status !== 'holds') return judgement;
  const { decision } = judgement.value;
  if (decision.case === of.case && decision.run === of.run) return judgement;
  return { status: 'does-not-hold', reason: 'it was signed for another case or run' };
}

/** The decisions that something rests on: those that the case answered otherwise than with a refusal, and those that it showed to respond. */
function reliedOn(events: readonly Event[], orders: readonly Order[]): Set<string> {
  const sent = new Map<string, Signed[]>();
  const relied = orders.flatMap(({ decisions }) => decisions);
  for (const event of events) {
    if (event.workflowExecutionUpdateAcceptedEventAttributes) sent.set(String(event.eventId), signedIn(event));
    const { acceptedEventId, outcome } = event.workflowExecutionUpdateCompletedEventAttributes ?? {};
    const [answer] = plainPayloads(outcome?.success?.payloads);
    if (isJsonObject(answer) && answer['outcome'] !== 'not-authorised')
      relied.push(...(sent.get(String(acceptedEventId)) ?? []));
  }
  return new Set(relied.map(keyOf));
}

/** As it names itself: nothing of it is proved. */
function nameOf(signed: Signed): string {
  try {
    return `a decision in the name of ${parseDecision(signed).approver}`;
  } catch {
    return 'a malformed decision';
  }
}
