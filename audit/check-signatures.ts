import { isJsonObject } from '../model/json.ts';
import type { Roster } from '../model/roster.ts';
import { type JudgedDecisions, judgeDecisions } from './judge-decisions.ts';
import { judgeReopening } from './judge-reopening.ts';
import { type JudgedReceipts, judgeReceipts } from './judge-receipts.ts';
import { doneResults, orderProblems } from './order-problems.ts';
import { type Order, ordersOf } from './orders.ts';
import { plainPayloads } from './plain-payloads.ts';
import { type Event, readHistory } from './read-history.ts';
import type { RunName, SignatureProblem, SignatureVerdict } from './signature-verdict.ts';
import { signersOf } from './signers.ts';

/**
 * Checks every signature in a history against the trust document of today, and that what the history says rests on signatures that hold: what
 * was carried out on decisions for that plan, and the end on receipts or a decision. Whether the code makes the one of the other is strict
 * replay's to say. It does not prove the times that the server recorded: a credential that has expired since is judged by them.
 */
export async function checkSignatures(history: unknown, of: RunName, roster: Roster): Promise<SignatureVerdict> {
  const events = readHistory(history);
  const signers = signersOf(roster);
  const { orders, unreadable } = ordersOf(events);
  const decisions = await judgeDecisions(events, orders, of, signers);
  const workers = await judgeReceipts(events, of, signers);
  return {
    decisions: decisions.held.length,
    receipts: workers.receipts.size,
    observations: workers.observations,
    refused: decisions.refused,
    problems: [
      ...decisions.problems,
      ...(await judgeReopening(events, of, signers)),
      ...workers.problems,
      ...unreadable.map((event) => notProved(event, 'what respond was asked for is not of the form of an order')),
      ...orders.flatMap((order) => orderProblems(order, decisions, workers)),
      ...endProblems(events, orders, decisions, workers),
    ],
  };
}

/** Whether the end that the run came to is proved. What changed nothing and nobody decided (expired, withdrawn, failed) claims nothing of the kind. */
function endProblems(
  events: readonly Event[],
  orders: readonly Order[],
  { held }: JudgedDecisions,
  { receipts }: JudgedReceipts,
): SignatureProblem[] {
  const last = events.find(({ workflowExecutionCompletedEventAttributes: end }) => end);
  const [result] = plainPayloads(last?.workflowExecutionCompletedEventAttributes?.result?.payloads);
  const state = isJsonObject(result) ? result['state'] : undefined;
  if (last === undefined || typeof state !== 'string') return [];
  const unless = (proved: boolean, why: string): SignatureProblem[] =>
    proved ? [] : [notProved(Number(last.eventId), `the end is not proved: ${state}, but ${why}`)];
  if (state === 'dismissed' || state === 'handed-over') {
    const kind = state === 'dismissed' ? 'dismiss' : 'hand-over';
    return unless(
      held.some(({ decision }) => decision.choice.kind === kind),
      'no decision to do so holds',
    );
  }
  if (state !== 'contained' && state !== 'undone') return [];
  const order = orders.at(-1);
  if (order === undefined) return unless(false, 'respond was never asked for anything');
  const done = [...receipts.values()].filter(({ plan, result }) => plan === order.digest && doneResults.has(result));
  const open = order.plan.actions.filter(({ id }) => !done.some(({ action }) => action === id));
  return unless(open.length === 0, `no receipt that holds says that ${open.map(({ id }) => id).join(', ')} was done`);
}

function notProved(event: number, what: string): SignatureProblem {
  return { event, kind: 'not-proved', what };
}
