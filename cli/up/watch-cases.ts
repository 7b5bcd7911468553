import type { Client } from '@temporalio/client';
import type { DemonstrationCase } from '../../local/demonstration.ts';
import { type CaseView, finalStates, stateWords } from '../../model/case.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { pauseUnlessAborted } from '../../runtime/waiting.ts';
import { NoSuchCaseError, NoWorkerError, readCase } from '../cases/read-case.ts';
import { withClient } from '../cases/with-client.ts';
import { nextWords } from './next-words.ts';

/** How often a case is asked, milliseconds. */
const interval = 1_000;

/** What to watch, and how to tell. */
export interface WatchOptions {
  readonly cases: readonly DemonstrationCase[];
  /** False: tells only what is new from now on, and where each case stands. */
  readonly fromTheBeginning: boolean;
  readonly log: (line: string) => void;
  /** Tells what to type, as it is to be typed. */
  readonly hint: (lines: readonly string[]) => void;
  readonly typed: (words: string) => string;
  readonly signal: AbortSignal;
}

interface Watched extends DemonstrationCase {
  view: CaseView | undefined;
  told: number;
}

/** Tells what happens in some cases, line by line, until each has ended or the signal aborts. Says what to type when they wait for people. */
export async function watchCases(configuration: Configuration, options: WatchOptions): Promise<void> {
  const { log, hint, typed, signal } = options;
  const watched: Watched[] = options.cases.map((one) => ({ ...one, view: undefined, told: 0 }));
  const widest = Math.max(...watched.map(({ name }) => name.length));
  let hinted = '';
  const watch = async (client: Client): Promise<void> => {
    while (!signal.aborted) {
      for (const one of watched) {
        if (one.view !== undefined && finalStates.has(one.view.state)) continue;
        for (const text of await news(client, one, options)) log(`${one.name.padEnd(widest)}  ${text}`);
      }
      const next = await nextWords(watched, configuration.paths, typed);
      if (next !== undefined && next.key !== hinted) hint(next.lines);
      hinted = next?.key ?? hinted;
      if (watched.every(({ view }) => view !== undefined && finalStates.has(view.state))) return;
      await pauseUnlessAborted(interval, signal);
    }
  };
  // A question that is under way when everything stops is given up.
  await withClient(configuration, (client) => client.withAbortSignal(signal, () => watch(client)));
}

/** The new entries of a case's time line. While the case, or a worker, is not there yet there are none. */
async function news(client: Client, one: Watched, { fromTheBeginning }: WatchOptions): Promise<string[]> {
  let view: CaseView;
  try {
    view = await readCase(client, one.id);
  } catch (error) {
    if (error instanceof NoSuchCaseError || error instanceof NoWorkerError) return [];
    throw error;
  }
  const first = one.view === undefined;
  // A case that was opened again has a time line of its own.
  if (one.view !== undefined && one.view.run !== view.run) one.told = 0;
  one.view = view;
  if (first && !fromTheBeginning) {
    one.told = view.timeline.length;
    return [`stands at ${standing(stateWords(view.state, view.mode), view.reason)}`];
  }
  const fresh = view.timeline.slice(one.told).map(({ text }) => text);
  one.told = view.timeline.length;
  return fresh;
}

function standing(state: string, reason: string): string {
  return reason === '' ? state : `${state}: ${reason}`;
}
