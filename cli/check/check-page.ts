import { PageWriter } from '../page/page-writer.ts';
import { writeAction } from '../page/plans.ts';
import { writeProblems } from '../page/problems.ts';
import type { Paint } from '../terminal/paint.ts';
import type { CheckedPlan } from './check-plans.ts';
import type { CheckedView } from './checked-view.ts';
import type { Looked } from './looked.ts';
import type { CheckReport } from './report.ts';

/** What a check found, as a page for a terminal, line by line. */
export function checkPage(
  { view, held, problems, plans, proposal, madeAgain }: CheckedView,
  { sources, compared, holds }: CheckReport,
  { width, paint, typed }: { readonly width: number; readonly paint: Paint; readonly typed: (words: string) => string },
): string[] {
  const page = new PageWriter(width, paint);
  page.text(`${view.id}, ${view.state}`, paint.strong, 0);
  page.text(`run ${view.run}`, paint.faint, 0);
  writeProblems(page, problems);
  page.heading('WHAT HOLDS');
  for (const text of held) page.bullet(text);
  if (held.length === 0) page.text('Nothing of it.');
  if (plans.length > 0 && !madeAgain)
    page.text(`It is ${view.state}: plans are made again on this machine while they wait for a decision only.`);
  page.heading('SOURCES');
  for (const looked of sources) writeLooked(page, looked);
  if (plans.length > 0) page.heading('PLANS');
  for (const plan of plans) writePlan(page, plan);
  if (proposal !== undefined) {
    page.heading('THE PROPOSAL');
    page.text('To dismiss or to hand over answers it.');
    page.pair('digest', proposal.digest, undefined, 4);
    page.pair('six words', proposal.words, paint.strong, 4);
  }
  page.gap();
  if (compared !== undefined)
    page.text(
      compared === null ? 'What you compare is nothing of this case.' : `What you compare is ${compared}.`,
      compared === null ? paint.bad : paint.good,
      0,
    );
  page.text(holds ? 'Everything that was checked holds.' : 'Not everything holds.', holds ? paint.good : paint.bad, 0);
  page.text(`See the case with: ${typed(`case ${view.id}`)}`, undefined, 0);
  return page.lines;
}

function writeLooked(page: PageWriter, { at, found, detail }: Looked): void {
  const { paint } = page;
  switch (found) {
    case 'same':
      return page.bullet(`${at}: ${detail}`);
    case 'differs':
      return page.bullet(`${at} says otherwise now: ${detail}`, undefined, paint.attention);
    case 'wrong':
      return page.bullet(`${at}: ${detail}`, undefined, paint.bad);
    case 'not-looked-at':
      return page.bullet(`${at}: not looked at: ${detail}`, undefined, paint.attention);
  }
}

function writePlan(page: PageWriter, { offered, holds, digest, words }: CheckedPlan): void {
  const { paint } = page;
  page.gap();
  page.text(holds ? offered.id : `${offered.id}  (does not hold)`, holds ? paint.strong : paint.bad);
  if (holds) page.text(offered.plan.title, undefined, 4);
  for (const action of offered.plan.actions) writeAction(page, action, holds ? 'as made here' : 'as it came');
  page.pair('digest', digest, undefined, 4);
  page.pair('six words', words, paint.strong, 4);
}
