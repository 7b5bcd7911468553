import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type CaseView, finalStates } from '../../model/case.ts';
import { lookAgainSignal } from '../../model/temporal-names.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { findCase } from '../cases/find-case.ts';
import { readCase } from '../cases/read-case.ts';
import { withClient } from '../cases/with-client.ts';
import { say, sayJson } from '../terminal/output.ts';

/** How often the case is asked, and for how long: a minute until it may look, and the budget of an investigation; milliseconds. */
const interval = 1_000;
const patience = 150_000;

/** Asks a case to read everything anew, and says what came of it. Throws UserError where it has ended. */
export async function lookAgain(
  configuration: Configuration,
  text: string,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const { before, after } = await withClient(configuration, async (client) => {
    const asked = await findCase(client, text);
    if (finalStates.has(asked.state)) throw hasEnded(asked.id, typed);
    if (asked.id.startsWith('undo-'))
      throw new UserError('a way back reads its resource when it is carried out: nothing is read before');
    await signal(client, asked, typed);
    return { before: asked, after: await untilLooked(client, asked) };
  });
  const looked = (after.looks ?? 0) > (before.looks ?? 0);
  const revised = after.proposal !== null && after.proposal.digest !== before.proposal?.digest;
  if (json) sayJson({ case: after.id, looked, revision: after.proposal?.revision ?? 0, revised });
  else say(`${wordsOf(after, looked, revised)} ${typed(`case ${after.id}`)}`);
}

function wordsOf({ state, proposal }: CaseView, looked: boolean, revised: boolean): string {
  if (!looked) return `Asked; it is ${state}, and looks again when it waits for people.`;
  return revised
    ? `It has looked again, and its proposal is another one: revision ${proposal?.revision ?? 0}.`
    : 'It has looked again; plans, recommendation and verdict stay as they are.';
}

async function signal(client: Client, { id, run }: CaseView, typed: (words: string) => string): Promise<void> {
  try {
    await client.workflow.getHandle(id, run).signal(lookAgainSignal);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw hasEnded(id, typed);
    throw error;
  }
}

/** The case once it has looked, is on its way, or has not within the time. */
async function untilLooked(client: Client, before: CaseView): Promise<CaseView> {
  const until = Date.now() + patience;
  for (;;) {
    const view = await readCase(client, before.id, before.run);
    const waits = view.state === 'proposed' || view.state === 'investigating';
    if ((view.looks ?? 0) > (before.looks ?? 0) || !waits || Date.now() > until) return view;
    await pause(interval);
  }
}

function hasEnded(id: string, typed: (words: string) => string): UserError {
  return new UserError(`${id} has ended. To open it again: ${typed(`reopen ${id} --reason "why"`)}`);
}
