import type { CheckedView } from '../check/checked-view.ts';
import { clock, duration } from '../terminal/durations.ts';
import type { PageOptions } from './case-page.ts';
import type { PageWriter } from './page-writer.ts';

/** How long there is, what happens then, and what to type now. */
export function writeNextSteps(page: PageWriter, checked: CheckedView, { now, typed }: PageOptions): void {
  const { proposal, state, id } = checked.view;
  if (state !== 'proposed' || proposal === null) {
    page.heading('TYPE');
    page.text('Nothing is to be decided now. To see how it goes on:');
    page.command(words(typed(`case ${id}`)));
    return;
  }
  const left = Date.parse(proposal.expiresAt) - now;
  page.heading('TIME LEFT');
  page.text(
    left > 0
      ? `${duration(left)}, until ${clock(proposal.expiresAt, now)} UTC. Then the case expires: nothing is changed in the cloud, and a threat that is there stays.`
      : `None: the time ran out at ${clock(proposal.expiresAt, now)} UTC; the case is about to expire. Nothing is changed in the cloud.`,
    left > 0 ? undefined : page.paint.attention,
  );
  page.heading('TYPE');
  if (checked.problems.some(({ stops }) => stops === 'answers')) {
    page.text('Nothing: what this case says does not hold. To see what exactly:');
    page.command(words(typed(`check ${id}`)));
    return;
  }
  const plans = checked.plans
    .flatMap(({ holds, offered }) => (holds && offered.unavailable === undefined ? [offered] : []))
    .toSorted((a, b) => Number(b.recommended) - Number(a.recommended));
  for (const { id: plan } of plans) page.command(words(typed(`approve ${id} --plan ${plan} --reason "why"`)));
  const dismissed = id.startsWith('undo-') ? 'To leave it contained' : 'It is benign';
  page.text(`${dismissed}, or people take it from here:`);
  page.command(words(typed(`dismiss ${id} --reason "why"`)));
  page.command(words(typed(`hand-over ${id} --reason "why"`)));
}

/** Where a line may be broken: before the case's id, and before options. */
export function words(command: string): string[] {
  const [before = '', ...options] = command.split(/ (?=--)/);
  const last = before.lastIndexOf(' ');
  return [before.slice(0, last), before.slice(last + 1), ...options];
}
