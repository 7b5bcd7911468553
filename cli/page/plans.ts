import type { CaseView } from '../../model/case.ts';
import type { CheckedPlan } from '../check/check-plans.ts';
import type { CheckedView } from '../check/checked-view.ts';
import { targetWords } from '../check/target-words.ts';
import { describeField, type Fields, sameField } from '../../model/fields.ts';
import type { Action } from '../../model/plan.ts';
import type { PageWriter } from './page-writer.ts';

/** What can be done, or, once it is decided, what was chosen. */
export function writePlans(page: PageWriter, { view, plans }: CheckedView): void {
  const { proposal } = view;
  if (proposal === null) return;
  const chosen = chosenPlans(view, plans);
  const open = view.state === 'proposed' || (view.state === 'investigating' && chosen.length === 0);
  if (!open && chosen.length === 0) return;
  page.heading(open ? 'PLANS' : 'THE PLAN');
  if (open) writeRecommendation(page, view);
  for (const plan of open ? plans : chosen) writePlan(page, plan, open);
  if (!open) return;
  const { recommendation } = proposal;
  page.gap();
  const dismissed = proposal.playbook === 'undo' ? 'Leave it contained' : 'It is benign';
  page.pair('dismiss', `${dismissed}. Nothing is changed${mark(recommendation.choice === 'dismiss')}`);
  page.pair(
    'hand over',
    `People take it from here. Firebreak changes nothing${mark(recommendation.choice === 'hand-over')}`,
  );
}

/** The plans of this proposal that approvers chose with effect. */
export function chosenPlans({ decisions, state }: CaseView, plans: readonly CheckedPlan[]): CheckedPlan[] {
  if (state === 'proposed') return [];
  const accepted = new Set(
    decisions.flatMap(({ decision, answer }) =>
      answer.outcome === 'accepted' && decision.choice.kind === 'plan' ? [decision.choice.plan] : [],
    ),
  );
  return plans.filter(({ digest }) => accepted.has(digest));
}

function mark(recommended: boolean): string {
  return recommended ? ' (recommended).' : '.';
}

function writeRecommendation(page: PageWriter, { proposal }: CaseView): void {
  if (proposal === null) return;
  const { recommendation, revision } = proposal;
  const what = recommendation.plan ?? (recommendation.choice === 'dismiss' ? 'to dismiss' : 'to hand over');
  page.text(`Recommended is ${what}: ${recommendation.reason}.`.replace(/\.\.$/, '.'));
  if (revision > 1) page.text(`This is revision ${revision} of the proposal.`, page.paint.faint);
}

/** A plan whole. */
export function writePlan(page: PageWriter, checked: CheckedPlan, open: boolean): void {
  const { id, recommended, unavailable, doubt, plan } = checked.offered;
  const { paint } = page;
  page.gap();
  if (!checked.holds) {
    // Its texts are not shown: nothing says that they are what it does.
    page.text(`${id}  (does not hold)`, paint.bad);
    for (const action of plan.actions) writeAction(page, action, 'as it came');
    return;
  }
  page.text(
    `${id}${recommended && open ? '  (recommended)' : ''}`,
    recommended ? (text) => paint.strong(paint.good(text)) : paint.strong,
  );
  page.text(plan.title, undefined, 4);
  page.pair('six words', checked.words, paint.strong, 4);
  if (unavailable !== undefined) page.pair('cannot be chosen', unavailable, paint.attention, 4);
  if (doubt !== undefined) page.pair('may fail', doubt, paint.attention, 4);
  for (const action of plan.actions) writeAction(page, action);
  page.list('stops', plan.stops, 4);
  page.list('does not stop', plan.doesNotStop, 4);
  page.list('breaks', plan.breaks, 4);
  page.pair('undo', plan.undo, undefined, 4);
  if (plan.kind !== 'undo')
    page.pair(
      'contained when',
      `${plan.watch.revision ?? 'the resource'} is quiet for ${plan.watch.quietSeconds} s`,
      undefined,
      4,
    );
  const { approvers, role } = plan.quorum;
  page.pair(
    'needs',
    `${approvers} ${role}${approvers === 1 ? '' : 's'}${plan.mode === 'dry-run' ? '; dry run, nothing is changed' : ''}`,
    undefined,
    4,
  );
}

/** What an action does, to what: decoded from it. `as it came`: without its title, which anybody may have written. */
export function writeAction(
  page: PageWriter,
  { title, when, kind, target, precondition, change }: Action,
  texts: 'as made here' | 'as it came' = 'as made here',
): void {
  const label = when === 'at-once' ? 'changes' : 'when quiet';
  page.pair(label, texts === 'as made here' ? title : kind, undefined, 4);
  page.pair('  target', targetWords(target), undefined, 4);
  for (const [name, before, after] of changes(precondition, change)) {
    page.pair(`  ${name} before`, before, page.paint.faint, 4);
    page.pair(`  ${name} after`, after, undefined, 4);
  }
}

/** The fields that an action writes otherwise than they are, in words: name, before, after. */
export function changes(before: Fields, after: Fields): [name: string, before: string, after: string][] {
  return Object.entries(after)
    .filter(([name, value]) => before[name] === undefined || !sameField(name, before[name], value))
    .map(([name, value]) => [
      name,
      before[name] === undefined ? 'as it is' : describeField(name, before[name]),
      describeField(name, value),
    ]);
}
