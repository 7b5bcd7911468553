import { readdir } from 'node:fs/promises';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { searchAttributesOf } from '../../intake/case-requests.ts';
import type { UndoInput } from '../../model/case.ts';
import { undoWorkflow } from '../../model/temporal-names.ts';
import { parseFindings } from '../../model/parse-finding.ts';
import { folderArchiveIndex } from '../../runtime/archive-index.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { codeOf, UserError } from '../../runtime/errors.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { matching } from '../cases/short-ids.ts';
import { withClient } from '../cases/with-client.ts';
import { say, sayJson } from '../terminal/output.ts';
import { shown } from '../terminal/shown.ts';
import { readRecords } from './read-records.ts';

/** So many ways back of one case are looked through for a free number. */
const mostUndos = 100;

/** Starts `undo-<case>-<n>`. Throws UserError where the case has not closed, changed nothing, or its way back is under way. */
export async function startUndo(
  configuration: Configuration,
  text: string,
  { json, typed }: { readonly json: boolean; readonly typed: (words: string) => string },
): Promise<void> {
  const undone = await closedCase(configuration.paths.archiveIndex, text);
  const input = await undoInput(configuration, undone);
  const id = await withClient(configuration, (client) => start(client, configuration, input));
  if (json) sayJson({ case: id, undoes: undone });
  else say(`The way back waits for a decision: ${typed(`case ${id}`)}`);
}

/** The closed case that a person means, from the archive index, which outlives Temporal's retention. */
async function closedCase(folder: string, text: string): Promise<string> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const ids = files.flatMap((file) => (/^finding-.*\.json$/.test(file) ? [file.slice(0, -'.json'.length)] : []));
  const [id, ...others] = matching(ids, text);
  if (id === undefined)
    throw new UserError(
      `no closed case is or begins with ${shown(text, 200)}. A case can be undone when it has closed.`,
    );
  if (others.length > 0)
    throw new UserError(`${others.length + 1} closed cases begin with ${shown(text, 200)}; give more of the id`);
  return id;
}

async function undoInput({ evidenceFolder, paths, times, rails }: Configuration, id: string): Promise<UndoInput> {
  const evidence = evidenceStore(evidenceFolder);
  const entry = await folderArchiveIndex(paths.archiveIndex).read(id);
  if (entry?.record === undefined) throw new UserError(`${id} changed nothing: there is nothing to undo`);
  const { newest, plans, receipts } = await readRecords(
    evidence,
    entry.record,
    await trustDocument(paths.trust).read(),
  );
  const document = await evidence.get(newest.observation.document.sha256);
  const [parsed] = parseFindings(JSON.parse(document.toString('utf8')));
  if (parsed === undefined) throw new UserError(`the stored document of ${id} holds no finding`);
  return {
    finding: parsed.finding,
    observation: newest.observation,
    times,
    rails,
    submitted: true,
    undoes: { case: id, plans, receipts },
  };
}

async function start(client: Client, configuration: Configuration, input: UndoInput): Promise<string> {
  const { case: undone } = input.undoes;
  for (let number = 1; number <= mostUndos; number += 1) {
    const workflowId = `undo-${undone}-${number}`;
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
  throw new UserError(`${undone} was undone ${mostUndos} times; look at it by hand`);
}
