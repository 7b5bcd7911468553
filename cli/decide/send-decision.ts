import { join } from 'node:path';
import {
  type Client,
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import type { DecisionAnswer, SignedDecision } from '../../model/decision.ts';
import { decideMessage } from '../../model/temporal-names.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { ensureFolder, replaceFile, type StatePaths } from '../../runtime/state-folder.ts';
import { shown } from '../terminal/shown.ts';
import type { MadeDecision } from './sign-decision.ts';

/** How long a worker has to answer, milliseconds. */
const usualPatience = 10_000;

/** What became of a decision that was sent: the case's answer, or `sent` where no worker was there to answer yet. */
export type Sent = DecisionAnswer | { readonly decision: string; readonly outcome: 'sent'; readonly detail: string };

/**
 * Sends a decision to its run: as an update, which is answered; where no worker answers in time the same text as a signal, which Temporal
 * keeps. A run that has ended takes neither: the decision is kept in the state folder. Throws UserError where the case rejects it as
 * malformed or noise. `patience`: milliseconds that a worker has to answer.
 */
export async function sendDecision(
  client: Client,
  made: MadeDecision,
  paths: StatePaths,
  patience = usualPatience,
): Promise<Sent> {
  const { decision, signed } = made;
  const handle = client.workflow.getHandle(decision.case, decision.run);
  try {
    return await client.withDeadline(Date.now() + patience, () =>
      handle.executeUpdate<DecisionAnswer, [SignedDecision]>(decideMessage, { args: [signed], updateId: decision.id }),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return keepUnanswered(made, paths);
    if (error instanceof WorkflowUpdateFailedError) {
      throw new UserError(`the case did not take the decision: ${shown(messageOf(error.cause ?? error), 500)}`, 1, {
        cause: error,
      });
    }
    if (!isUnanswered(error)) throw error;
  }
  try {
    await client.withDeadline(Date.now() + patience, () => handle.signal<[SignedDecision]>(decideMessage, signed));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return keepUnanswered(made, paths);
    throw error;
  }
  return {
    decision: decision.id,
    outcome: 'sent',
    detail: `no worker answered within ${patience / 1000} s; Temporal keeps the decision until one does`,
  };
}

function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isGrpcServiceError(inner) && (inner.code === status.DEADLINE_EXCEEDED || inner.code === status.UNAVAILABLE);
}

async function keepUnanswered({ decision, signed }: MadeDecision, { root }: StatePaths): Promise<DecisionAnswer> {
  const folder = join(root, 'unanswered');
  await ensureFolder(folder);
  const path = join(folder, `${decision.id}.json`);
  const answer: DecisionAnswer = {
    decision: decision.id,
    outcome: 'closed',
    detail: `the case has ended; the signed decision is kept in ${path}`,
  };
  await replaceFile(path, `${JSON.stringify({ signed, decision, answer, at: new Date().toISOString() }, null, 2)}\n`);
  return answer;
}
