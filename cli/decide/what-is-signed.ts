import type { CheckedView } from '../check/checked-view.ts';
import type { Problem } from '../check/problem.ts';
import { PageWriter } from '../page/page-writer.ts';
import { writeAction } from '../page/plans.ts';
import { UserError } from '../../runtime/errors.ts';
import type { Paint } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import type { Wanted } from './choice.ts';

/** Characters of a problem that are repeated in an error. */
const longest = 600;

/** Throws UserError, with every reason, where what a case says does not hold and so nothing is to be signed on it. */
export function refuseWhatDoesNotHold({ view, problems }: CheckedView, wanted: Wanted, look: string): void {
  const stopping = problems.filter((problem) => isInTheWay(problem, wanted));
  if (stopping.length === 0) return;
  const reasons = stopping.map(({ text }) => `\n  - ${shown(text, longest)}`);
  const state = view.state === 'proposed' ? '' : `It is ${view.state} now. `;
  throw new UserError(
    `nothing is signed: what case ${shown(view.id, 300)} says does not hold${reasons.join('')}\n` +
      'Either somebody else answers for the case, or it is looked at again at this moment, or its workers run another version of Firebreak. ' +
      `${state}See what was checked with: ${look}`,
  );
}

function isInTheWay({ stops, plan }: Problem, wanted: Wanted): boolean {
  if (stops === 'answers') return true;
  return stops === 'plans' && wanted.kind === 'plan' && (plan === undefined || plan === wanted.plan);
}

/** What is about to be signed, decoded: for a plan each change with its target, then the whole digest and its six words. */
export function whatIsSigned(
  { plans, proposal, problems }: CheckedView,
  wanted: Wanted,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const page = new PageWriter(width, paint);
  if (wanted.kind !== 'plan') {
    for (const { text } of problems) page.text(`Does not hold: ${text}`, paint.bad);
    page.text(`You sign: ${wanted.kind}, nothing is changed. It answers the proposal`, undefined, 0);
    page.pair('digest', proposal?.digest ?? '', undefined, 4);
    page.pair('six words', proposal?.words ?? '', paint.strong, 4);
    return page.lines;
  }
  const signed = plans.find(({ offered: { id } }) => id === wanted.plan);
  if (signed === undefined) return [];
  page.text(`You sign: ${signed.offered.id}: ${signed.offered.plan.title}`, undefined, 0);
  for (const action of signed.offered.plan.actions) writeAction(page, action);
  page.pair('digest', signed.digest, undefined, 4);
  page.pair('six words', signed.words, paint.strong, 4);
  return page.lines;
}
