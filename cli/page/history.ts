import type { CaseView } from '../../model/case.ts';
import type { DecisionOutcome } from '../../model/decision.ts';
import type { Receipt } from '../../model/receipt.ts';
import { clock } from '../terminal/durations.ts';
import type { PageWriter, Style } from './page-writer.ts';
import { changes } from './plans.ts';

/** Who answered what, and how that was answered. */
export function writeDecisions(page: PageWriter, { decisions, proposal }: CaseView, now: number): void {
  if (decisions.length === 0) return;
  page.heading('DECISIONS');
  for (const { decision, answer, receivedAt } of decisions) {
    const { choice } = decision;
    const plan =
      choice.kind === 'plan'
        ? (proposal?.plans.find(({ digest }) => digest === choice.plan)?.id ?? `plan ${choice.plan.slice(0, 6)}`)
        : choice.kind;
    const detail = answer.detail === '' ? '' : ` (${answer.detail})`;
    page.pair(
      clock(receivedAt, now),
      `${decision.approver}: ${plan}, ${answer.outcome}${detail}`,
      outcomeStyle(page, answer.outcome),
    );
    page.pair('', `“${decision.reason}”`);
  }
}

function outcomeStyle({ paint }: PageWriter, outcome: DecisionOutcome): Style {
  switch (outcome) {
    case 'accepted':
    case 'recorded':
    case 'duplicate':
      return paint.strong;
    case 'not-authorised':
      return paint.bad;
    case 'already-voted':
    case 'stale':
    case 'too-late':
    case 'closed':
      return paint.attention;
  }
}

/** What was done in the cloud. */
export function writeReceipts(page: PageWriter, { receipts, proposal }: CaseView, now: number): void {
  if (receipts.length === 0) return;
  page.heading('RECEIPTS');
  for (const receipt of receipts) {
    const plan = proposal?.plans.find(({ digest }) => digest === receipt.plan);
    const title = plan?.plan.actions.find(({ id }) => id === receipt.action)?.title ?? `action ${receipt.action}`;
    page.pair(clock(receipt.finishedAt, now), `${title}: ${receipt.result}`, resultStyle(page, receipt.result));
    page.pair('', receipt.detail);
    if (receipt.result === 'changed' || receipt.result === 'would-change') {
      for (const [name, before, after] of changes(receipt.before, receipt.after)) {
        page.pair(`  ${name} before`, before, page.paint.faint);
        page.pair(`  ${name} after`, after);
      }
    }
    page.pair('  operation', receipt.operation, page.paint.faint);
  }
}

/** How a receipt's result is painted. */
export function resultStyle({ paint }: PageWriter, result: Receipt['result']): Style {
  switch (result) {
    case 'changed':
    case 'already-so':
      return paint.good;
    case 'would-change':
    case 'governed':
    case 'halted':
      return paint.attention;
    case 'refused':
    case 'failed':
      return paint.bad;
  }
}

const mostLines = 60;

/** What happened in the case, in order; of a long one the last part. */
export function writeTimeline(page: PageWriter, { timeline }: CaseView, now: number): void {
  if (timeline.length === 0) return;
  page.heading('TIME LINE (UTC)');
  const left = timeline.length - mostLines;
  if (left > 0) page.text(`${left} earlier entries: see them with --json`, page.paint.faint);
  for (const { time, text } of timeline.slice(-mostLines)) page.pair(clock(time, now), text);
}
