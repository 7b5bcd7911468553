import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { CaseView } from '../../model/case.ts';
import { lookEverySeconds, type LookWord } from '../../model/look.ts';
import { lookSignal } from '../../model/temporal-names.ts';
import { readCase } from './read-case.ts';

/** How long the reader waits for the look, milliseconds: the page is shown without it then. */
const patience = 3_000;
const askEvery = 100;

/**
 * The view of a case as it is once its resource was looked at: one that waits for a decision is told that somebody reads its page, and looks where its last
 * look is a minute old. Where it cannot, or takes long, the view as it was. Costs nothing while nobody reads.
 */
export async function lookFirst(client: Client, view: CaseView): Promise<CaseView> {
  const { id, lookedAt, run, state } = view;
  if (state !== 'proposed' || lookedAt === undefined || isRecent(lookedAt)) return view;
  if (!(await isAsked(client, id, run))) return view;
  for (const until = Date.now() + patience; Date.now() < until;) {
    await pause(askEvery);
    const now = await readCase(client, id, run);
    if (now.lookedAt !== lookedAt || now.state !== state) return now;
  }
  return view;
}

/** Asks the case to look; false where it has just ended, or this person may only read. */
async function isAsked(client: Client, id: string, run: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(id, run).signal<[LookWord]>(lookSignal, { why: 'page' });
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isGrpcServiceError(error instanceof Error ? error.cause : error))
      return false;
    throw error;
  }
}

function isRecent(lookedAt: string): boolean {
  return Date.now() - Date.parse(lookedAt) < lookEverySeconds * 1000;
}
