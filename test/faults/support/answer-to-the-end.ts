import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type CaseView, finalStates } from '../../../model/case.ts';
import { type Analyst, approvalOf, handOverOf } from './analyst.ts';
import { sendDecision, untilState } from './conduct.ts';

/** A case that asks more often than this is handed over. */
const mostApprovals = 4;

/** How long an approver waits for a plan that is not offered yet, milliseconds. */
const patience = 8_000;

/** Nothing may hang: how long a case may take to its next question, or to its end, milliseconds; generous, for a busy machine. */
const bound = 120_000;

/**
 * Answers a case as a person would: approves evict where it is offered, waits some seconds for it where not, hands over in the end. Throws
 * where the case hangs. Answers its last view, and the run that was seen first.
 */
export async function answerToTheEnd(
  client: Client,
  id: string,
  analyst: Analyst,
): Promise<{ readonly firstRun: string; readonly view: CaseView }> {
  const first = await untilState(client, id, ['proposed', ...finalStates], bound);
  let view = first;
  let approvals = 0;
  let waitUntil = Date.now() + patience;
  while (!finalStates.has(view.state)) {
    const approval = approvals < mostApprovals ? await approvalOf(view, analyst, 'evict') : undefined;
    if (approval !== undefined) {
      const answer = await sendDecision(client, id, approval, bound);
      const counted = answer?.outcome === 'accepted' || answer?.first === 'accepted';
      if (counted) {
        approvals += 1;
        waitUntil = Date.now() + patience;
      }
    } else if (Date.now() < waitUntil) await pause(200);
    else await sendDecision(client, id, await handOverOf(view, analyst), bound);
    // After an approval the case is on its way: it ends, or asks again.
    view = await untilState(client, id, ['proposed', ...finalStates], bound);
  }
  return { firstRun: first.run, view };
}
