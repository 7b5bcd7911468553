import type { ShownState, ShownView } from '../../model/case.ts';
import type { Paint } from '../terminal/paint.ts';

/** A state (`text` where more is to be said of it) in the colour that it calls for: attention where people are waited for, red only where something went wrong. */
export function paintState(state: ShownState, paint: Paint, text: string = state): string {
  switch (state) {
    case 'failed':
    case 'ended-in-temporal':
      return paint.bad(text);
    case 'proposed':
    case 'expired':
      return paint.attention(text);
    case 'contained':
      return paint.good(text);
    case 'dismissed':
    case 'handed-over':
    case 'withdrawn':
    case 'undone':
      return paint.faint(text);
    case 'investigating':
    case 'approved':
    case 'preserving':
    case 'containing':
    case 'verifying':
      return text;
  }
}

const earlier = 'What was changed before stays as RECEIPTS say.';

/** A state in words, as the head of a case says it. */
export function stateSentence({ state, mode, receipts }: Pick<ShownView, 'state' | 'mode' | 'receipts'>): string {
  const changed = receipts.some(({ result }) => result === 'changed');
  switch (state) {
    case 'investigating':
      return 'Facts are being gathered. A proposal follows within seconds.';
    case 'proposed':
      return 'A decision is waited for.';
    case 'approved':
      return 'A plan is approved; the change is about to begin.';
    case 'preserving':
      return 'Evidence is being saved before the change.';
    case 'containing':
      return 'The approved change is being made.';
    case 'verifying':
      return 'The change is in place. Whether the threat is quiet is being watched.';
    case 'contained':
      return mode === 'dry-run'
        ? 'Contained (dry run): nothing was changed. What would be is listed under RECEIPTS.'
        : 'Contained: the change is in place, and the bad revision shows no sign of life.';
    case 'dismissed':
      return `Dismissed as benign. ${changed ? earlier : 'Nothing was changed.'}`;
    case 'handed-over':
      return 'Handed over to people. Firebreak does no more here.';
    case 'withdrawn':
      return 'Withdrawn: Security Command Center no longer reports it.';
    case 'expired':
      return `Expired: nobody decided in time. ${changed ? earlier : 'No decision, no change.'}`;
    case 'undone':
      return mode === 'dry-run'
        ? 'Way back (dry run): nothing was changed. What would be is listed under RECEIPTS.'
        : 'Undone: what the case changed is as it was before.';
    case 'ended-in-temporal':
      return 'Not proved: its run has ended, and no record that Firebreak signed says how.';
    case 'failed':
      return 'Failed. What was done is listed under RECEIPTS; people must look.';
  }
}
