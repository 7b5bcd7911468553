import type { Client } from '@temporalio/client';
import type { CaseView } from '../../model/case.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { findCase } from '../cases/find-case.ts';
import { lookFirst } from '../cases/look-first.ts';
import { checkedView } from '../check/checked-view.ts';
import { ownKnowledge } from '../check/own-knowledge.ts';
import { provedView, stateProver } from '../cases/proved-state.ts';
import { withClient } from '../cases/with-client.ts';
import { logLine } from '../terminal/log-line.ts';
import { pageWidth, say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';
import { answerWords, isDone } from './answer-words.ts';
import { chooseAnalyst } from './analyst-key.ts';
import { checkedReason, choiceFor, type Wanted } from './choice.ts';
import { followCase } from './follow-case.ts';
import { sendDecision } from './send-decision.ts';
import { signDecision } from './sign-decision.ts';
import { refuseWhatDoesNotHold, whatIsSigned } from './what-is-signed.ts';

/** Ends that somebody who approves hopes for, in words. */
const wellEnded: ReadonlyMap<string, string> = new Map([
  ['contained', 'Contained'],
  ['undone', 'Undone'],
]);

/** How a decision is to be made. */
export interface DecideOptions {
  readonly reason: string;
  /** Whose key signs; needed where there are several. */
  readonly as: string | undefined;
  readonly json: boolean;
  /** Whether to follow what an accepted plan does. */
  readonly wait: boolean;
  readonly typed: (words: string) => string;
}

/**
 * Checks what a case says, shows what is to be signed, signs and sends it; answers the exit code. Throws UserError where something does not hold, or
 * where the decision cannot be made or sent.
 */
export async function decideCase(
  configuration: Configuration,
  id: string,
  wanted: Wanted,
  options: DecideOptions,
): Promise<0 | 1> {
  const reason = checkedReason(options.reason);
  const analyst = await chooseAnalyst(configuration.paths, options.as, options.typed);
  const own = await ownKnowledge(configuration);
  return withClient(configuration, async (client) => {
    const checked = await checkedView(await lookFirst(client, await findCase(client, id)), {
      ...own,
      purpose: 'deciding',
    });
    const { view } = checked;
    const look = options.typed(`case ${view.id}`);
    refuseWhatDoesNotHold(checked, wanted, options.typed(`check ${view.id}`));
    const choice = choiceFor(view, wanted, look);
    // With --json the answer alone is on standard output.
    const stream = options.json ? process.stderr : process.stdout;
    const lines = whatIsSigned(checked, wanted, { width: pageWidth(stream), paint: paintFor(stream) });
    for (const line of lines) stream.write(`${line}\n`);
    const made = await signDecision(view, choice, reason, analyst);
    const sent = await sendDecision(client, made, configuration.paths);
    const done = isDone(sent);
    if (options.json) sayJson(sent);
    else sayAnswer(`${analyst.name}: ${answerWords(sent, look)}`, done);
    if (!done) return 1;
    return sent.outcome === 'accepted' && wanted.kind === 'plan' && options.wait
      ? follow(client, configuration, view, options)
      : 0;
  });
}

function sayAnswer(text: string, done: boolean): void {
  const paint = paintFor(process.stdout);
  say(done ? shown(text) : paint.bad(shown(text)));
}

async function follow(
  client: Client,
  configuration: Configuration,
  view: CaseView,
  { json, typed }: DecideOptions,
): Promise<0 | 1> {
  // With --json the answer alone is on standard output.
  const stream = json ? process.stderr : process.stdout;
  const print = (line: string): void => void stream.write(`${line}\n`);
  print('Following the case; Ctrl-C stops looking, not the case.');
  const followed = await followCase(client, view, (text, time) => logLine(text, stream, time));
  const { end } = followed;
  // That it has ended well is said only where it is proved.
  const last = end === 'again' ? followed.view : await provedView(client, stateProver(configuration), followed.view);
  const reason = end === 'again' ? followed.reason : last.reason;
  const paint = paintFor(stream);
  const why = reason === '' ? '.' : `: ${shown(reason)}`;
  if (end === 'again') {
    print(paint.attention(`Not contained; the case asks again${why}`));
    print(`Look at it with: ${typed(`case ${view.id}`)}`);
    return 1;
  }
  const done = wellEnded.get(last.state);
  print(
    done !== undefined
      ? paint.good(`${done}${last.mode === 'dry-run' ? ' (dry run)' : ''}${why}`)
      : paint.bad(`The case ended as ${last.state}${why}`),
  );
  return done === undefined ? 1 : 0;
}
