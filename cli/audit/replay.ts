import type { Configuration } from '../../runtime/configuration.ts';
import { replayCases } from '../../audit/replay-cases.ts';
import { type CaseVerdict, verdictText } from '../../audit/replay-verdict.ts';
import { folderHistories } from '../../runtime/kept-histories.ts';
import { findCaseIds } from '../cases/find-case.ts';
import { withClient } from '../cases/with-client.ts';
import { say, sayJson } from '../terminal/output.ts';
import { paintFor } from '../terminal/paint.ts';
import { shown } from '../terminal/shown.ts';

/**
 * Replays the histories of cases with the current code, those that Temporal has forgotten from the archive; answers the exit code: 1 where one
 * diverges. Throws UserError where there is no such case.
 */
export async function replay(configuration: Configuration, ids: readonly string[], json: boolean): Promise<0 | 1> {
  const verdicts: CaseVerdict[] = [];
  const archive = folderHistories(configuration.archive.folder);
  const paint = paintFor(process.stdout);
  const report = (verdict: CaseVerdict): void => {
    verdicts.push(verdict);
    if (json) return;
    const style = verdict.ok ? paint.good : paint.bad;
    for (const line of verdictText(verdict).split('\n')) say(style(shown(line)));
  };
  const same = await withClient(configuration, async (client) =>
    replayCases(client, await findCaseIds(client, ids, archive), report, { archive }),
  );
  if (json) sayJson(verdicts);
  return same ? 0 : 1;
}
