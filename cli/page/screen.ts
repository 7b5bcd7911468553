import { finalStates } from '../../model/case.ts';
import type { CheckedView } from '../check/checked-view.ts';
import type { PageOptions } from './case-page.ts';
import { PageWriter } from './page-writer.ts';
import { writeProblems } from './problems.ts';
import { writeDone, writeOffer } from './screen-plans.ts';
import { writeScreenHead } from './screen-head.ts';
import { writeStory } from './screen-story.ts';
import { writeScreenSteps } from './screen-steps.ts';

const labelColumns = 15;

/**
 * A case on one screen, some forty lines at a hundred columns, for who has two minutes: what of it does not hold, what happened, the verdict and
 * its three strongest reasons, what is not known, what is recommended and what else there is, what to type. Nothing stands there twice.
 */
export function screen(checked: CheckedView, options: PageOptions): string[] {
  const { view } = checked;
  const { ended, now } = options;
  const page = new PageWriter(options.width, options.paint, labelColumns);
  writeProblems(page, checked.problems);
  writeScreenHead(page, ended === undefined ? view : { ...view, state: 'ended-in-temporal', reason: ended }, now);
  writeStory(page, view, now);
  if (view.state === 'proposed') writeOffer(page, checked);
  else writeDone(page, checked, now);
  writeScreenSteps(page, checked, options, ended !== undefined || finalStates.has(view.state));
  return page.lines;
}
