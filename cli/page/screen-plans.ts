import type { CaseView } from '../../model/case.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { CheckedPlan } from '../check/check-plans.ts';
import type { CheckedView } from '../check/checked-view.ts';
import { targetWords } from '../check/target-words.ts';
import { clock } from '../terminal/durations.ts';
import { resultStyle } from './history.ts';
import type { PageWriter } from './page-writer.ts';
import { changes, chosenPlans } from './plans.ts';

/** What is recommended, whole but for its details, and each other answer by one line. */
export function writeOffer(page: PageWriter, { view, plans }: CheckedView): void {
  const { proposal } = view;
  if (proposal === null) return;
  const { recommendation } = proposal;
  const first = plans.find(({ offered }) => offered.recommended);
  page.heading('RECOMMENDED');
  if (first === undefined) page.pair(recommendation.choice, recommendation.reason);
  else writeWhole(page, first, recommendation.reason);
  writeOthers(
    page,
    plans.filter((plan) => plan !== first),
  );
}

function writeOthers(page: PageWriter, others: readonly CheckedPlan[]): void {
  const open = others.filter(({ offered }) => offered.unavailable === undefined);
  const closed = others.length - open.length;
  if (others.length === 0) return;
  page.heading('OTHER PLANS');
  const longest = Math.max(...open.map(({ offered: { id } }) => id.length));
  for (const { holds, offered } of open) {
    const { id, plan, doubt } = offered;
    const name = id.padEnd(longest);
    if (holds) page.text(`${name}  ${plan.title}${doubt === undefined ? '' : ` (may fail: ${doubt})`}`);
    else page.text(`${name}  does not hold; it would change ${targetsOf(plan)}`, page.paint.bad);
  }
  if (closed > 0) page.text(`and ${closed} that cannot be chosen here`, page.paint.faint);
}

function writeWhole(page: PageWriter, { offered, words, holds }: CheckedPlan, why: string): void {
  const { id, plan } = offered;
  const { paint } = page;
  page.pair('plan', `${id} (six words: ${words})`, holds ? (text) => paint.strong(paint.good(text)) : paint.bad);
  if (holds) {
    page.pair('', plan.title);
    page.pair('why', why);
  } else page.pair('', 'does not hold', paint.bad);
  page.pair('changes', targetsOf(plan));
  for (const action of plan.actions) writeChange(page, action);
  if (!holds) return;
  page.pair('stops', plan.stops.join('; '));
  page.pair('does not stop', plan.doesNotStop.join('; '));
  page.pair('breaks', plan.breaks.join('; '), paint.attention);
  page.pair('undo', plan.undo);
  const { approvers, role } = plan.quorum;
  if (approvers > 1 || role !== 'approver') page.pair('needs', `${approvers} ${role}${approvers === 1 ? '' : 's'}`);
  if (plan.mode === 'dry-run') page.pair('dry run', 'nothing is changed', paint.attention);
}

function targetsOf({ actions }: Plan): string {
  return [...new Set(actions.map(({ target }) => targetWords(target)))].join('; ');
}

/** The fields that an action writes, decoded from it: from what to what. */
function writeChange(page: PageWriter, { when, precondition, change }: Action): void {
  const lead = when === 'at-once' ? '' : 'when quiet: ';
  for (const [name, before, after] of changes(precondition, change))
    page.pair('', `${lead}${name}: ${before} → ${after}`, page.paint.strong);
}

/** What was chosen, by whom, and what came of it, by a line each. */
export function writeDone(page: PageWriter, { view, plans }: CheckedView, now: number): void {
  const chosen = chosenPlans(view, plans);
  if (chosen.length + view.decisions.length + view.receipts.length === 0) return;
  page.heading('DONE');
  for (const { offered, holds } of chosen)
    page.pair('plan', holds ? `${offered.id}: ${offered.plan.title}` : `${offered.id}: does not hold`);
  for (const { decision, answer, receivedAt } of view.decisions)
    page.pair(
      clock(receivedAt, now),
      `${decision.approver}: ${decision.choice.kind}, ${answer.outcome} “${decision.reason}”`,
    );
  for (const receipt of view.receipts) {
    page.pair(
      clock(receipt.finishedAt, now),
      `${titleOf(view, receipt)}: ${receipt.result}`,
      resultStyle(page, receipt.result),
    );
    if (receipt.result !== 'changed' && receipt.result !== 'already-so') page.pair('', receipt.detail);
  }
  for (const { offered, holds } of chosen) if (holds) page.pair('undo', offered.plan.undo);
}

function titleOf({ proposal }: CaseView, { plan, action }: CaseView['receipts'][number]): string {
  const of = proposal?.plans.find(({ digest }) => digest === plan)?.plan;
  return of?.actions.find(({ id }) => id === action)?.title ?? `action ${action}`;
}
