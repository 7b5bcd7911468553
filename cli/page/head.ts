import { type ShownView, stateWords } from '../../model/case.ts';
import { age, clock, duration } from '../terminal/durations.ts';
import { shown } from '../terminal/shown.ts';
import type { PageWriter } from './page-writer.ts';
import { paintState, stateSentence } from './state-words.ts';

/** What it is, how bad, where, since when, and where it stands. */
export function writeHead(page: PageWriter, view: ShownView, now: number): void {
  const { paint } = page;
  const { finding, state, reason, mode } = view;
  page.text(view.id.startsWith('undo-') ? `Way back: ${view.category}` : view.category, paint.strong, 0);
  const severity = shown(view.severity.toLowerCase(), 30);
  const severityPainted = view.severity.toUpperCase() === 'CRITICAL' ? paint.bad(severity) : severity;
  page.lines.push(
    `${severityPainted}, ${paintState(state, paint, stateWords(state, mode))}, opened ${age(view.openedAt, now)} ago (${clock(view.openedAt, now)} UTC)`,
  );
  const { resource } = finding;
  const place =
    resource === undefined
      ? view.resource
      : `${resource.kind} ${resource.name} in ${finding.projectDisplayName || resource.project}, ${resource.location}`;
  page.text(place, undefined, 0);
  page.text(view.id, paint.faint, 0);
  page.gap();
  page.text(
    stateSentence(view) + timeLeft(view, now),
    state === 'failed' || state === 'ended-in-temporal' ? paint.bad : paint.strong,
    0,
  );
  // What is recommended stands with the plans.
  if (reason !== '' && state !== 'proposed') page.text(reason);
  if (view.confirmed === 'not-found' || view.confirmed === 'unavailable') {
    page.text(
      'This finding is not confirmed by SCC: no change of the cloud is offered on its word.',
      paint.attention,
      0,
    );
  }
}

function timeLeft({ state, proposal }: ShownView, now: number): string {
  return state === 'proposed' && proposal !== null ? ` ${duration(Date.parse(proposal.expiresAt) - now)} left.` : '';
}
