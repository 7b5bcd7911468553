import { condition } from '@temporalio/workflow';
import { closeBallot, type Settled } from '../../model/decide.ts';
import { type CaseFile, findingOf, note } from '../case-file.ts';
import { fetchFinding, investigate } from './investigate.ts';
import { reconsider, type Window } from './propose.ts';

/** How a window for decisions ended. */
export type Ending =
  | { readonly kind: 'settled'; readonly settled: Settled }
  | { readonly kind: 'expired' }
  | { readonly kind: 'withdrawn'; readonly reason: string };

/** Observations are followed up no more often than this: noise costs one read a minute. */
const followUpSeconds = 60;

/** Waits for a decision, with reminder and escalation on the way; expiry changes nothing in the cloud (promise 8). */
export async function awaitDecision(file: CaseFile, window: Window): Promise<Ending> {
  const stages = stagesOf(file, window);
  let answers = file.answers;
  let followUpAt = 0;
  for (;;) {
    const settled = file.book.settled;
    if (settled !== null) return { kind: 'settled', settled };
    const [stage] = stages;
    if (stage === undefined) {
      // Set before the first await: a decision that arrives with the timer is answered too-late.
      file.book = closeBallot(file.book);
      return { kind: 'expired' };
    }
    const wake = file.observed === null ? stage.at : Math.min(stage.at, followUpAt);
    const due = () =>
      file.book.settled !== null || file.answers !== answers || (file.observed !== null && Date.now() >= followUpAt);
    if (await condition(due, Math.max(0, wake - Date.now()))) {
      answers = file.answers;
      if (file.book.settled === null) {
        if (file.observed !== null && Date.now() >= followUpAt) {
          followUpAt = Date.now() + followUpSeconds * 1000;
          const reason = await followUp(file);
          if (file.book.settled === null && reason !== undefined) {
            file.book = closeBallot(file.book);
            return { kind: 'withdrawn', reason };
          }
        }
        if (file.book.settled === null) reconsider(file, window);
      }
    } else if (Date.now() >= stage.at) {
      stages.shift();
      if (stage.text !== '') note(file, stage.text);
    }
  }
}

interface Stage {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

function stagesOf(file: CaseFile, { openedAt, expiresAt }: Window): Stage[] {
  const { reminder, escalation } = file.input.times;
  const opened = Date.parse(openedAt);
  return [
    { at: opened + reminder * 1000, text: `reminder: no decision after ${minutes(reminder)}` },
    {
      at: opened + escalation * 1000,
      text: `escalation: no decision after ${minutes(escalation)}; expires at ${expiresAt}`,
    },
    { at: Date.parse(expiresAt), text: '' },
  ];
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Reads the finding again after news of it; answers why the case is withdrawn, if it is. */
async function followUp(file: CaseFile): Promise<string | undefined> {
  file.observed = null;
  const before = file.fetched?.fingerprint;
  await fetchFinding(file);
  const reason = whyWithdrawn(file);
  if (reason !== undefined) return reason;
  if (file.fetched?.confirmation === 'confirmed' && file.fetched.fingerprint !== before) {
    note(file, 'the finding says something new; it is investigated again');
    await investigate(file);
  } else if (file.investigation !== null && file.fetched !== null) {
    file.investigation = Object.assign(file.investigation, { fetched: file.fetched });
  }
  return undefined;
}

/** Why there is nothing to decide: SCC, read live, says resolved or muted. */
export function whyWithdrawn(file: CaseFile): string | undefined {
  if (file.fetched?.confirmation !== 'confirmed') return undefined;
  const { state, mute } = findingOf(file);
  if (state === 'INACTIVE') return 'SCC says that the finding is resolved';
  return mute === 'MUTED' ? 'SCC says that the finding is muted' : undefined;
}
