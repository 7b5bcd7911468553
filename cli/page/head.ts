import { type ShownView, stateWords } from '../../model/case.ts';
import { age, clock } from '../terminal/durations.ts';
import { shown } from '../terminal/shown.ts';
import type { PageWriter } from './page-writer.ts';
import { paintState, stateSentence } from './state-words.ts';

/** What it is, how bad, where, since when, and where it stands. */
export function writeHead(page: PageWriter, view: ShownView, now: number): void {
  const { paint } = page;
  const { state, reason, mode } = view;
  page.text(view.id.startsWith('undo-') ? `Way back: ${view.category}` : view.category, paint.strong, 0);
  const severity = shown(view.severity.toLowerCase(), 30);
  const severityPainted = view.severity.toUpperCase() === 'CRITICAL' ? paint.bad(severity) : severity;
  page.lines.push(
    `${severityPainted}, ${paintState(state, paint, stateWords(state, mode))}, opened ${age(view.openedAt, now)} ago (${clock(view.openedAt, now)} UTC)`,
  );
  page.text(placeWords(view), undefined, 0);
  page.text(view.id, paint.faint, 0);
  page.gap();
  page.text(stateSentence(view), state === 'failed' || state === 'ended-in-temporal' ? paint.bad : paint.strong, 0);
  // What is recommended stands with the plans.
  if (reason !== '' && state !== 'proposed') page.text(reason);
  const doubt = whyUnconfirmed(view);
  if (doubt !== null) page.text(doubt, paint.attention, 0);
}

/** The affected resource: kind, name, project, location. */
export function placeWords({ finding, resource: name }: ShownView): string {
  const { resource, projectDisplayName } = finding;
  return resource === undefined
    ? name
    : `${resource.kind} ${resource.name} in ${projectDisplayName || resource.project}, ${resource.location}`;
}

/** Said where SCC does not confirm the finding; null where it does, or has not answered yet. */
export function whyUnconfirmed({ confirmed }: ShownView): string | null {
  return confirmed === 'not-found' || confirmed === 'unavailable'
    ? 'This finding is not confirmed by SCC: no change of the cloud is offered on its word.'
    : null;
}
