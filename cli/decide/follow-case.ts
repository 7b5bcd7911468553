import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type CaseView, finalStates } from '../../model/case.ts';
import { NoWorkerError, readCase } from '../cases/read-case.ts';

/** How often the case is asked, milliseconds. */
const interval = 1_000;

/** How an approved case went on. `again`: it proposes once more. */
export interface Followed {
  readonly end: 'final' | 'again';
  readonly view: CaseView;
  readonly reason: string;
}

/** Follows a run from an approval on, telling each new entry of its time line, until it has ended or asks people again. */
export async function followCase(
  client: Client,
  approved: CaseView,
  log: (text: string, time?: string) => void,
): Promise<Followed> {
  let told = approved.timeline.length;
  let waiting = false;
  for (;;) {
    let view: CaseView | undefined;
    try {
      view = await readCase(client, approved.id, approved.run);
      waiting = false;
    } catch (error) {
      if (!(error instanceof NoWorkerError)) throw error;
      if (!waiting) log('no worker answers; waiting for one');
      waiting = true;
    }
    if (view !== undefined) {
      for (const { time, text } of view.timeline.slice(told)) log(text, time);
      told = view.timeline.length;
      if (finalStates.has(view.state)) return { end: 'final', view, reason: view.reason };
      if (asksAgain(view, approved)) return { end: 'again', view, reason: whyAgain(view) };
    }
    await pause(interval);
  }
}

function asksAgain(view: CaseView, approved: CaseView): boolean {
  if (view.state === 'investigating') return true;
  return view.state === 'proposed' && view.proposal?.openedAt !== approved.proposal?.openedAt;
}

/** The case says why when it starts over; its reason may be that of the next proposal by now. */
export function whyAgain({ timeline }: CaseView): string {
  const last = timeline.findLast(({ state }) => state === 'investigating');
  return last?.text.slice('investigating: '.length) ?? '';
}
