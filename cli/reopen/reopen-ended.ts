import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { describeCase } from '../../intake/current-run.ts';
import { endWord } from '../../intake/how-it-ended.ts';
import { openedBy } from '../../intake/opened-by.ts';
import { reopenCase } from '../../intake/reopen-case.ts';
import { undoneBy } from '../../model/case-id.ts';
import type { Reopening, SignedReopening } from '../../model/reopening.ts';
import { folderArchiveIndex, openedCases } from '../../runtime/archive-index.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { folderHistories } from '../../runtime/kept-histories.ts';
import { signJson } from '../../runtime/signatures.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { verifyReopening } from '../../runtime/verify-reopening.ts';
import { findCaseIds } from '../cases/find-case.ts';
import { withClient } from '../cases/with-client.ts';
import { type Analyst, chooseAnalyst } from '../decide/analyst-key.ts';
import { checkedReason } from '../decide/choice.ts';
import { say, sayJson } from '../terminal/output.ts';

/** How a case is to be opened again. */
export interface ReopenOptions {
  readonly reason: string;
  /** Whose key signs; needed where there are several. */
  readonly as: string | undefined;
  readonly json: boolean;
  readonly typed: (words: string) => string;
}

/** Opens a case again that has ended, whatever its end was. Throws UserError where it has not, where who signs may not, or where somebody was faster. */
export async function reopenEnded(configuration: Configuration, text: string, options: ReopenOptions): Promise<void> {
  const reason = checkedReason(options.reason);
  const analyst = await chooseAnalyst(configuration.paths, options.as, options.typed);
  const { id, run, again } = await withClient(configuration, async (client) => {
    const [found = ''] = await findCaseIds(client, [text], folderHistories(configuration.archive.folder));
    const back = undoneBy(found);
    if (back !== undefined)
      throw new UserError(`a way back is asked for anew instead: ${options.typed(`undo ${back.case}`)}`);
    const record = await openedCases(configuration.paths.archiveIndex, trustDocument(configuration)).read(found);
    if (record === undefined)
      throw new UserError(
        `intake has no record of ${found}. Give it the finding again: ${options.typed('submit FILE')}`,
      );
    const ended = await endedRun(client, configuration, found, record.run, options.typed);
    const signed = await sign({ case: found, run: ended }, reason, analyst);
    await refuseUnsigned(configuration, signed, { case: found, run: ended }, options.typed);
    const { rails, times, taskQueuePrefix } = configuration;
    const settings = { rails, times, taskQueue: taskQueues(taskQueuePrefix).cases };
    const opened = await openedBy(record, evidenceStore(configuration.evidenceFolder), settings);
    const newer = await reopenCase(client, signed, opened);
    if (newer === undefined)
      throw new UserError(`${found} was opened again by somebody else meanwhile: ${options.typed(`case ${found}`)}`);
    return { id: found, run: ended, again: newer };
  });
  if (options.json) sayJson({ case: id, run: again, reopens: run });
  else say(`${id} is opened again, and reads everything anew: ${options.typed(`case ${id}`)}`);
}

/** The newest run, which has ended. Temporal forgets it in time: then the one that the index or intake names. */
async function endedRun(
  client: Client,
  configuration: Configuration,
  id: string,
  known: string,
  typed: ReopenOptions['typed'],
): Promise<string> {
  const newest = await describeCase(client, id);
  if (newest != null && endWord(newest.status) === undefined)
    throw new UserError(`${id} has not ended. To have it read everything anew: ${typed(`look-again ${id}`)}`);
  const index = folderArchiveIndex(configuration.paths.archiveIndex, trustDocument(configuration));
  return newest?.execution?.runId ?? (await index.read(id))?.run ?? known;
}

async function sign(
  ended: { readonly case: string; readonly run: string },
  reason: string,
  { name, key }: Analyst,
): Promise<SignedReopening> {
  const reopening: Reopening = {
    type: 'firebreak.reopen.v1',
    id: randomUUID(),
    ...ended,
    reason,
    approver: name,
    credential: key.kid,
    signedAt: new Date().toISOString(),
  };
  return signJson(reopening, 'firebreak.reopen.v1', key);
}

/** A person hears at once what the new run would refuse. */
async function refuseUnsigned(
  configuration: Configuration,
  signed: SignedReopening,
  ended: { readonly case: string; readonly run: string },
  typed: ReopenOptions['typed'],
): Promise<void> {
  const roster = await trustDocument(configuration).read();
  const verdict = await verifyReopening(signed, roster, new Date(), ended);
  if (verdict.status === 'verified') return;
  throw new UserError(
    `the case is not opened again: ${verdict.reason}. See who may: ${typed('analyst list')}, and name one with --as NAME`,
  );
}
