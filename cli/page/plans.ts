import type { ShownView } from '../../model/case.ts';
import { describeField, type Fields, sameField } from '../../model/fields.ts';
import type { Action, OfferedPlan } from '../../model/plan.ts';
import type { PageWriter } from './page-writer.ts';

/** What can be done, or, once it is decided, what was chosen. */
export function writePlans(page: PageWriter, view: ShownView): void {
  const { proposal } = view;
  if (proposal === null) return;
  const chosen = chosenPlans(view);
  const open = view.state === 'proposed' || (view.state === 'investigating' && chosen.length === 0);
  if (!open && chosen.length === 0) return;
  page.heading(open ? 'PLANS' : 'THE PLAN');
  if (open) writeRecommendation(page, view);
  for (const offered of open ? proposal.plans : chosen) writePlan(page, offered, open);
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
function chosenPlans({ proposal, decisions, state }: ShownView): OfferedPlan[] {
  if (proposal === null || state === 'proposed') return [];
  const accepted = new Set(
    decisions.flatMap(({ decision, answer }) =>
      answer.outcome === 'accepted' && decision.choice.kind === 'plan' ? [decision.choice.plan] : [],
    ),
  );
  return proposal.plans.filter(({ digest }) => accepted.has(digest));
}

function mark(recommended: boolean): string {
  return recommended ? ' (recommended).' : '.';
}

function writeRecommendation(page: PageWriter, { proposal }: ShownView): void {
  if (proposal === null) return;
  const { recommendation, revision } = proposal;
  const what = recommendation.plan ?? (recommendation.choice === 'dismiss' ? 'to dismiss' : 'to hand over');
  page.text(`Recommended is ${what}: ${recommendation.reason}.`.replace(/\.\.$/, '.'));
  if (revision > 1) page.text(`This is revision ${revision} of the proposal.`, page.paint.faint);
}

function writePlan(page: PageWriter, { id, recommended, unavailable, plan }: OfferedPlan, open: boolean): void {
  const { paint } = page;
  page.gap();
  page.text(
    `${id}${recommended && open ? '  (recommended)' : ''}`,
    recommended ? (text) => paint.strong(paint.good(text)) : paint.strong,
  );
  page.text(plan.title, undefined, 4);
  if (unavailable !== undefined) page.pair('cannot be chosen', unavailable, paint.attention, 4);
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

function writeAction(page: PageWriter, { title, when, precondition, change }: Action): void {
  page.pair(when === 'at-once' ? 'changes' : 'when quiet', title, undefined, 4);
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
