import type { Sent } from './send-decision.ts';

/** Whether the sender got what he wanted: the decision counts, counted before, or is on its way. */
export function isDone(sent: Sent): boolean {
  switch (sent.outcome) {
    case 'accepted':
    case 'recorded':
    case 'sent':
      return true;
    case 'duplicate':
      return sent.first === 'accepted' || sent.first === 'recorded';
    case 'already-voted':
    case 'stale':
    case 'too-late':
    case 'not-authorised':
    case 'closed':
      return false;
  }
}

/** What an answer means, and what to do next. `look`: what to type to see the case. */
export function answerWords(sent: Sent, look: string): string {
  const detail = sent.detail === '' ? '' : `: ${sent.detail}`;
  switch (sent.outcome) {
    case 'accepted':
      return `accepted${detail}`;
    case 'recorded':
      return `recorded${detail}. More approvers have to decide the same; see who has with: ${look}`;
    case 'sent':
      return `sent, not yet answered${detail}. Look with: ${look}`;
    case 'duplicate':
      return `sent before, and answered ${sent.first ?? 'then'}${detail}`;
    case 'already-voted':
      return `not counted${detail}. Someone else has to decide now`;
    case 'stale':
      return `stale${detail}: ${look}`;
    case 'too-late':
      return `too late${detail}. See what was decided with: ${look}`;
    case 'not-authorised':
      return `not authorised${detail}. See who may decide with: npx firebreak analyst list`;
    case 'closed':
      return `closed${detail}. See how it ended with: ${look}`;
  }
}
