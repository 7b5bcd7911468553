import { type ShownView, stateWords } from '../../model/case.ts';
import { age, clock, duration } from '../terminal/durations.ts';
import { placeWords, whyUnconfirmed } from './head.ts';
import type { PageWriter } from './page-writer.ts';
import { paintState, stateSentence } from './state-words.ts';

/** What it is, how bad, where it stands and how long there is; where; its id. */
export function writeScreenHead(page: PageWriter, view: ShownView, now: number): void {
  const { paint } = page;
  const { state, mode, reason } = view;
  const category = view.id.startsWith('undo-') ? `Way back: ${view.category}` : view.category;
  const words = [view.severity.toLowerCase(), stateWords(state, mode), since(view, now)].join(', ');
  page.text(`${category}: ${words}`, (text) => paint.strong(paintState(state, paint, text)), 0);
  page.text(placeWords(view), undefined, 0);
  page.text(view.id, paint.faint, 0);
  page.gap();
  if (state !== 'proposed') {
    const wrong = state === 'failed' || state === 'ended-in-temporal';
    page.text(stateSentence(view), wrong ? paint.bad : paint.strong, 0);
    page.text(reason);
    page.gap();
  }
  const doubt = whyUnconfirmed(view);
  if (doubt !== null) page.text(doubt, paint.attention, 0);
}

function since({ state, proposal, openedAt }: ShownView, now: number): string {
  if (state !== 'proposed' || proposal === null) return `opened ${age(openedAt, now)} ago`;
  const left = Date.parse(proposal.expiresAt) - now;
  const until = clock(proposal.expiresAt, now);
  return left > 0 ? `${duration(left)} left (until ${until} UTC)` : `no time left (it ran out at ${until} UTC)`;
}
