import { finalStates } from '../../model/case.ts';
import type { CheckedView } from '../check/checked-view.ts';
import type { Paint } from '../terminal/paint.ts';
import { writeAssessment } from './assessment.ts';
import { writeDecisions, writeReceipts, writeTimeline } from './history.ts';
import { writeHead } from './head.ts';
import { writeNextSteps } from './next-steps.ts';
import { PageWriter } from './page-writer.ts';
import { writePlans } from './plans.ts';
import { writeProblems } from './problems.ts';
import { writeWhatHappened } from './what-happened.ts';

/** How to write a page. */
export interface PageOptions {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What a person types for some words of this program. */
  readonly typed: (words: string) => string;
  /** How its run ended, where no record that Firebreak signed says so, and what to type. */
  readonly ended?: string;
}

/** A case as a page for a terminal, line by line: first what of it does not hold, then what happened, why we think so, what we do not know, what can be done, what to type. */
export function casePage(checked: CheckedView, options: PageOptions): string[] {
  const { view } = checked;
  const page = new PageWriter(options.width, options.paint);
  writeProblems(page, checked.problems);
  const { ended } = options;
  writeHead(page, ended === undefined ? view : { ...view, state: 'ended-in-temporal', reason: ended }, options.now);
  writeWhatHappened(page, view, options.now);
  writeAssessment(page, view);
  writePlans(page, checked);
  writeDecisions(page, view, options.now);
  writeReceipts(page, view, options.now);
  writeTimeline(page, view, options.now);
  // Last, so that what to type stands above the prompt.
  if (ended === undefined && !finalStates.has(view.state)) writeNextSteps(page, checked, options);
  return page.lines;
}
