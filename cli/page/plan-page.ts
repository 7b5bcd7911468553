import type { CheckedPlan } from '../check/check-plans.ts';
import type { CheckedView } from '../check/checked-view.ts';
import type { PageOptions } from './case-page.ts';
import { words } from './next-steps.ts';
import { PageWriter } from './page-writer.ts';
import { writePlan } from './plans.ts';
import { writeProblems } from './problems.ts';
import { writeScreenHead } from './screen-head.ts';

/** One plan of a case, whole: what it changes from what to what, what it stops and does not stop, what it breaks, its undo, what to type. */
export function planPage(checked: CheckedView, plan: CheckedPlan, options: PageOptions): string[] {
  const { view, problems } = checked;
  const { id, unavailable } = plan.offered;
  const page = new PageWriter(options.width, options.paint);
  writeProblems(page, problems);
  writeScreenHead(page, view, options.now);
  writePlan(page, plan, view.state === 'proposed');
  const stopped = problems.some(({ stops }) => stops === 'answers');
  if (view.state !== 'proposed' || !plan.holds || unavailable !== undefined || stopped) return page.lines;
  page.heading('TYPE');
  page.command(words(options.typed(`approve ${view.id} --plan ${id} --reason "why"`)));
  return page.lines;
}
