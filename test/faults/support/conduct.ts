import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type CaseState, type CaseView, finalStates } from '../../../model/case.ts';
import type { DecisionAnswer } from '../../../model/decision.ts';
import { caseQuery, decideMessage } from '../../../model/temporal-names.ts';
import { type Analyst, approvalOf, type SignedChoice } from './analyst.ts';
import { steadily } from './steadily.ts';

/** The case as it is now. Throws where no worker answers within some seconds. */
export function viewCase(client: Client, id: string): Promise<CaseView> {
  return client.withDeadline(Date.now() + 5_000, () => client.workflow.getHandle(id).query<CaseView>(caseQuery));
}

/** Waits until the case is in one of these states, through whatever is killed meanwhile; says where it is when that takes too long. */
export async function untilState(
  client: Client,
  id: string,
  states: readonly CaseState[],
  milliseconds = 300_000,
  condition: (view: CaseView) => boolean = () => true,
): Promise<CaseView> {
  let seen = 'never seen';
  const look = async () => {
    const view = await viewCase(client, id);
    seen = [view.state, view.reason, ...view.timeline.map(({ time, text }) => `${time} ${text}`)].join('\n');
    return states.includes(view.state) && condition(view) ? view : undefined;
  };
  try {
    return await steadily(`${id} is ${states.join(' or ')}`, look, milliseconds);
  } catch (error) {
    throw new Error(`${id} never was ${states.join(' or ')}; last seen: ${seen}`, { cause: error });
  }
}

/** Approves the plan of that kind of whatever the case proposes, as often as it asks, until it has ended. Answers its last view. */
export async function approveToTheEnd(
  client: Client,
  id: string,
  analyst: Analyst,
  kind = 'evict',
  milliseconds = 600_000,
): Promise<CaseView> {
  const giveUp = Date.now() + milliseconds;
  for (;;) {
    const left = Math.max(1_000, giveUp - Date.now());
    const view = await untilState(client, id, ['proposed', ...finalStates], left);
    if (finalStates.has(view.state)) return view;
    const approval = await approvalOf(view, analyst, kind);
    // What is missing now may be answered later, in a revision.
    if (approval === undefined) await pause(200);
    else await sendDecision(client, id, approval, left);
    if (Date.now() > giveUp) throw new Error(`${id} did not end: ${JSON.stringify(view.timeline, null, 1)}`);
  }
}

/** Sends a decision as an update until it is answered; undefined where the case has ended meanwhile. */
export async function sendDecision(
  client: Client,
  id: string,
  { id: updateId, signed }: SignedChoice,
  milliseconds: number,
): Promise<DecisionAnswer | undefined> {
  const send = async () => {
    const answer = client.withDeadline(Date.now() + 5_000, () =>
      client.workflow
        .getHandle(id)
        .executeUpdate<DecisionAnswer, [unknown]>(decideMessage, { args: [signed], updateId }),
    );
    return { answer: await answer.catch(unlessEnded) };
  };
  return (await steadily(`${id} answers a decision`, send, milliseconds)).answer;
}

function unlessEnded(error: unknown): undefined {
  if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
  throw error;
}
