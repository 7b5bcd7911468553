import { finalStates, type ShownView } from '../../model/case.ts';
import type { Paint } from '../terminal/paint.ts';
import { writeAssessment } from './assessment.ts';
import { writeDecisions, writeReceipts, writeTimeline } from './history.ts';
import { writeHead } from './head.ts';
import { writeNextSteps } from './next-steps.ts';
import { PageWriter } from './page-writer.ts';
import { writePlans } from './plans.ts';
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
}

/** A case as a page for a terminal, line by line: what happened, why we think so, what we do not know, what can be done, what to type. */
export function casePage(view: ShownView, options: PageOptions): string[] {
  const page = new PageWriter(options.width, options.paint);
  writeHead(page, view, options.now);
  writeWhatHappened(page, view, options.now);
  writeAssessment(page, view);
  writePlans(page, view);
  writeDecisions(page, view, options.now);
  writeReceipts(page, view, options.now);
  writeTimeline(page, view, options.now);
  // Last, so that what to type stands above the prompt.
  if (view.state !== 'ended-in-temporal' && !finalStates.has(view.state)) writeNextSteps(page, view, options);
  return page.lines;
}
