import { ownPart, undoneBy } from '../../model/case-id.ts';
import type { CheckedView } from '../check/checked-view.ts';
import type { PageOptions } from './case-page.ts';
import { words } from './next-steps.ts';
import type { PageWriter } from './page-writer.ts';

/** What to type: the answer that is recommended, the others, and where all the rest stands. */
export function writeScreenSteps(
  page: PageWriter,
  { view, plans, problems }: CheckedView,
  { typed }: PageOptions,
  over: boolean,
): void {
  const id = ownPart(view.id);
  const command = (text: string): void => page.command(words(typed(text)));
  page.heading('TYPE');
  if (problems.some(({ stops }) => stops === 'answers')) {
    page.text('Nothing: what this case says does not hold. To see what exactly:');
    return command(`check ${id}`);
  }
  const open = plans.filter(({ holds, offered }) => holds && offered.unavailable === undefined);
  if (view.state === 'proposed') {
    const plan = (open.find(({ offered }) => offered.recommended) ?? open[0])?.offered.id;
    if (plan !== undefined) command(`approve ${id} --plan ${plan} --reason "why"`);
    command(`dismiss ${id} --reason "why"`);
    command(`hand-over ${id} --reason "why"`);
    page.text('Everything, or one plan whole (--plan PLAN):');
  } else if (over) {
    if (undoneBy(view.id) === undefined) {
      page.text('To open it again, where the threat lives:');
      command(`reopen ${id} --reason "why"`);
    }
    page.text('Everything:');
  } else page.text('Nothing is to be decided now. How it goes on, or everything:');
  if (!over && view.state !== 'proposed') command(`case ${id}`);
  command(`case ${id} --full`);
}
