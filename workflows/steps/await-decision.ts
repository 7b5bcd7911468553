import { CancellationScope, condition, sleep } from '@temporalio/workflow';
import { closeBallot, type Settled } from '../../model/decide.ts';
import { type CaseFile, note } from '../case-file.ts';
import { fetchFinding } from './first-look.ts';
import { investigate } from './investigate.ts';
import { lookAtResource } from './look-at-resource.ts';
import { reconsider, type Window } from './propose.ts';
import { provedWithdrawal } from './withdrawal.ts';

/** How a window for decisions ended. */
export type Ending =
  | { readonly kind: 'settled'; readonly settled: Settled }
  | { readonly kind: 'expired' }
  | { readonly kind: 'withdrawn'; readonly reason: string };

/** Observations are followed up no more often than this: noise costs one read a minute. */
const followUpSeconds = 60;

/** Waits for a decision, with reminder and escalation on the way; expiry changes nothing in the cloud (promise 8). */
export function awaitDecision(file: CaseFile, window: Window): Promise<Ending> {
  // Ends the timer of the stage that is under way, whichever way the window ends.
  return CancellationScope.cancellable(async () => {
    try {
      return await waitStages(file, window);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}

async function waitStages(file: CaseFile, window: Window): Promise<Ending> {
  let answers = file.answers;
  let rested = true;
  for (const stage of stagesOf(file, window)) {
    const over = startTimer(stage);
    for (;;) {
      const mayFollowUp = (): boolean => (file.observed !== null || file.lookAgain) && rested;
      const news = (): boolean => file.answers !== answers || file.lookWanted !== null || mayFollowUp();
      await condition(() => over.done || file.book.settled !== null || news());
      if (file.book.settled !== null) return { kind: 'settled', settled: file.book.settled };
      if (over.done) break;
      const followed = mayFollowUp();
      if (followed) {
        rested = false;
        const everything = file.lookAgain;
        // What is still asked when the window ends goes on: a log export does not stop because somebody has approved.
        const reason = await CancellationScope.nonCancellable(() => followUp(file));
        if (file.book.settled !== null) continue;
        if (reason !== undefined) return endWith(file, { kind: 'withdrawn', reason });
        void sleep(followUpSeconds * 1000, { summary: 'News is followed up once a minute' }).then(
          () => (rested = true),
          () => {},
        );
        if (everything) file.looks += 1;
      }
      if (file.lookWanted !== null) {
        const changed = await CancellationScope.nonCancellable(() => lookAtResource(file));
        if (file.book.settled !== null || (!changed && !followed && file.answers === answers)) continue;
      }
      answers = file.answers;
      reconsider(file, window);
    }
    if (stage.text === '') return endWith(file, { kind: 'expired' });
    note(file, stage.text);
  }
  throw new TypeError('the last stage ends the window');
}

/** Closes the window before the next await: a decision that arrives with the timer is answered too-late. */
function endWith(file: CaseFile, ending: Ending): Ending {
  file.book = closeBallot(file.book);
  return ending;
}

/** One timer a stage, whatever happens meanwhile: a wait that starts anew at each piece of news would write two events each. */
function startTimer({ seconds, summary }: Stage): { done: boolean } {
  const timer = { done: false };
  void sleep(Math.max(1, seconds * 1000), { summary }).then(
    () => (timer.done = true),
    () => {},
  );
  return timer;
}

interface Stage {
  /** From the end of the stage before it. */
  readonly seconds: number;
  readonly summary: string;
  /** For the time line; empty for the stage that ends the window. */
  readonly text: string;
}

function stagesOf(file: CaseFile, { expiresAt }: Window): Stage[] {
  const { reminder, escalation, expiry } = file.input.times;
  return [
    { seconds: reminder, summary: 'Reminder', text: `reminder: no decision after ${minutes(reminder)}` },
    {
      seconds: escalation - reminder,
      summary: 'Escalation',
      text: `escalation: no decision after ${minutes(escalation)}; expires at ${expiresAt}`,
    },
    { seconds: expiry - escalation, summary: 'Expiry', text: '' },
  ];
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Reads the finding again after news of it, and all the rest where somebody asked for it; answers why the case is withdrawn, if it is. */
async function followUp(file: CaseFile): Promise<string | undefined> {
  const everything = file.lookAgain;
  file.observed = null;
  file.lookAgain = false;
  const before = file.fetched;
  await fetchFinding(file);
  const reason = await provedWithdrawal(file, before);
  if (reason !== undefined) return reason;
  const isNew = file.fetched?.confirmation === 'confirmed' && file.fetched.fingerprint !== before?.fingerprint;
  if (isNew || everything) {
    note(file, isNew ? 'the finding says something new; it is investigated again' : 'everything is read anew');
    await investigate(file);
  } else if (file.investigation !== null && file.fetched !== null) {
    file.investigation = Object.assign(file.investigation, { fetched: file.fetched });
  }
  return undefined;
}
