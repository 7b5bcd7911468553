import type { Configuration } from '../../runtime/configuration.ts';
import { replayCases } from '../../audit/replay-cases.ts';
import { type CaseVerdict, verdictText } from '../../audit/replay-verdict.ts';
import type { Roster } from '../../model/roster.ts';
import { folderArchiveIndex } from '../../runtime/archive-index.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { folderHistories } from '../../runtime/kept-histories.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { findCaseIds } from '../cases/find-case.ts';
import { withClient } from '../cases/with-client.ts';
import { say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';

/**
 * Replays the histories of cases with the current code, those that Temporal has forgotten from the archive, and checks their signatures and
 * evidence; answers the exit code: 1 where one is not ok. Throws UserError where there is no such case, or no trust document to check by.
 */
export async function replay(configuration: Configuration, ids: readonly string[], json: boolean): Promise<0 | 1> {
  const verdicts: CaseVerdict[] = [];
  const roster = await readRoster(configuration);
  const evidence = evidenceStore(configuration.evidenceFolder);
  const index = folderArchiveIndex(configuration.paths.archiveIndex, trustDocument(configuration));
  const archive = folderHistories(configuration.archive.folder);
  const paint = paintFor(process.stdout);
  const report = (verdict: CaseVerdict): void => {
    verdicts.push(verdict);
    if (json) return;
    const style = verdict.ok ? paint.good : paint.bad;
    for (const line of verdictText(verdict).split('\n')) say(style(shown(line)));
  };
  const same = await withClient(configuration, async (client) =>
    replayCases(client, await findCaseIds(client, ids, archive), report, { roster, evidence, index, archive }),
  );
  if (json) sayJson(verdicts);
  return same ? 0 : 1;
}

async function readRoster(configuration: Configuration): Promise<Roster> {
  try {
    return await trustDocument(configuration).read();
  } catch (error) {
    throw new UserError(`no signature can be checked: ${messageOf(error)}`, 1, { cause: error });
  }
}
