import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { status } from '@grpc/grpc-js';
import { type CaseView, caseViewSchema } from '../../model/case.ts';
import { parsed } from '../../model/parse.ts';
import { caseQuery } from '../../model/temporal-names.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';

/** How long a worker has to answer, milliseconds. */
const patience = 10_000;

/** There is no case of that id. */
export class NoSuchCaseError extends UserError {
  constructor(id: string, options?: ErrorOptions) {
    super(`there is no case ${id}. List them with: npx firebreak cases`, 1, options);
    this.name = 'NoSuchCaseError';
  }
}

/** Temporal has the case, but no worker answered for it. */
export class NoWorkerError extends UserError {
  constructor(id: string, why: string, options?: ErrorOptions) {
    super(
      `no worker answers for case ${id} (${why}). The case is safe in Temporal and goes on when a worker runs. ` +
        'See what is missing with: npx firebreak doctor',
      1,
      options,
    );
    this.name = 'NoWorkerError';
  }
}

/** What answers under a case's id says that it is another case. */
class AnotherCaseError extends UserError {
  constructor(id: string) {
    super(
      `what answers for case ${id} says that it is another case or run: somebody else runs a workflow under that id, or answers for it. ` +
        'Look at its history in Temporal, and decide nothing on it',
    );
  }
}

/**
 * Asks the case itself, so that the answer is of this moment. Throws NoSuchCaseError, NoWorkerError, AnotherCaseError, and UserError where it
 * is none of ours.
 */
export async function readCase(client: Client, id: string, run?: string): Promise<CaseView> {
  const view = viewIn(await ask(client, id, run));
  if (view.id !== id || (run !== undefined && view.run !== run)) throw new AnotherCaseError(id);
  return view;
}

function viewIn(answer: unknown): CaseView {
  try {
    return parsed(caseViewSchema, answer, 'answer');
  } catch (error) {
    throw new UserError(
      `the case's answer is not of the form that Firebreak's cases give: ${messageOf(error)}. ` +
        'Somebody else may be answering for it, or workers of another version: look at who polls its queue',
      1,
      { cause: error },
    );
  }
}

async function ask(client: Client, id: string, run: string | undefined): Promise<unknown> {
  try {
    return await client.withDeadline(Date.now() + patience, () =>
      client.workflow.getHandle(id, run).query<unknown>(caseQuery),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new NoSuchCaseError(id, { cause: error });
    const why = whyUnanswered(error);
    if (why !== undefined) throw new NoWorkerError(id, why, { cause: error });
    throw error;
  }
}

const unanswered: ReadonlySet<unknown> = new Set([
  status.DEADLINE_EXCEEDED,
  status.UNAVAILABLE,
  status.FAILED_PRECONDITION,
  status.CANCELLED,
]);

/** The client wraps gRPC's errors; the server also says FAILED_PRECONDITION where no worker polled for a while. */
function whyUnanswered(error: unknown): string | undefined {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!isGrpcServiceError(inner) || !unanswered.has(inner.code)) return undefined;
  return inner.code === status.DEADLINE_EXCEEDED ? `waited ${patience / 1000} s` : inner.details || messageOf(inner);
}
