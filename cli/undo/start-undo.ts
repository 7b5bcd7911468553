import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { searchAttributesOf } from '../../intake/case-requests.ts';
import type { UndoInput } from '../../model/case.ts';
import { isFindingCaseId, undoIdOf } from '../../model/case-id.ts';
import { undoWorkflow } from '../../model/temporal-names.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { matching } from '../cases/short-ids.ts';
import { withClient } from '../cases/with-client.ts';
import { say, sayJson } from '../terminal/output.ts';
import { shown } from '../terminal/shown.ts';
import { closedIds, numberOf, readChanges } from './recorded-changes.ts';
import { refuseTooLarge, whatTravels } from './what-travels.ts';

/** So many ways back of one case that the archive does not know are looked through for a free number. */
const mostUndos = 100;

/** Starts `undo-<case>-<n>`. Throws UserError where the case is open, has nothing left to give back, or its way back is under way. */
export async function startUndo(
  configuration: Configuration,
  text: string,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const closed = await closedIds(configuration.paths.archiveIndex);
  const undone = closedCase(closed, text);
  const earlier = closed.filter((id) => numberOf(undone, id) !== undefined);
  const input = await undoInput(configuration, undone, earlier);
  const id = await withClient(configuration, (client) => start(client, configuration, input, earlier));
  if (json) sayJson({ case: id, undoes: undone });
  else say(`The way back waits for a decision: ${typed(`case ${id}`)}`);
}

/** The closed case that a person means. */
function closedCase(closed: readonly string[], text: string): string {
  const cases = closed.filter(isFindingCaseId);
  const [id, ...others] = matching(cases, text);
  if (id === undefined)
    throw new UserError(
      `no closed case is or begins with ${shown(text, 200)}. A case can be undone when it has closed; a way back cannot be undone.`,
    );
  if (others.length > 0)
    throw new UserError(`${others.length + 1} closed cases begin with ${shown(text, 200)}; give more of the id`);
  return id;
}

async function undoInput(configuration: Configuration, id: string, earlier: readonly string[]): Promise<UndoInput> {
  const { times, rails } = configuration;
  const roster = await trustDocument(configuration).read();
  const { record, newest, plans, receipts, back, finding } = await readChanges(configuration, id, earlier, roster);
  if (back.actions.length === 0)
    throw new UserError(
      `nothing that ${id} changed is left to give back${back.lost.map((text) => `; ${text}`).join('')}`,
    );
  const input: UndoInput = {
    finding,
    observation: { ...newest.observation, name: finding.name },
    times,
    rails,
    submitted: true,
    undoes: whatTravels(id, { plans, receipts }, back),
  };
  refuseTooLarge(input, record);
  return input;
}

/** A case that is open again decides itself what to do next. */
async function refuseOpen(client: Client, id: string): Promise<void> {
  try {
    const { status } = await client.workflow.getHandle(id).describe();
    if (status.name === 'RUNNING')
      throw new UserError(`${id} is open again: decide there, and undo it when it has closed`);
  } catch (error) {
    // Temporal has forgotten it: then it is not open.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function start(
  client: Client,
  configuration: Configuration,
  input: UndoInput,
  earlier: readonly string[],
): Promise<string> {
  const { case: undone } = input.undoes;
  await refuseOpen(client, undone);
  // Temporal may have forgotten those that closed long ago: their numbers are taken all the same.
  const first = Math.max(0, ...earlier.map((id) => numberOf(undone, id) ?? 0)) + 1;
  for (let number = first; number < first + mostUndos; number += 1) {
    const workflowId = undoIdOf(undone, number);
    try {
      await client.workflow.start(undoWorkflow, {
        workflowId,
        taskQueue: taskQueues(configuration.taskQueuePrefix).cases,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: searchAttributesOf(input.finding),
        staticSummary: `gives back what ${undone} changed`,
      });
      return workflowId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { status } = await client.workflow.getHandle(workflowId).describe();
      if (status.name === 'RUNNING') throw new UserError(`the way back is under way already: ${workflowId}`);
    }
  }
  throw new UserError(`${mostUndos} ways back of ${undone} ended without saying how; look at it by hand`);
}
