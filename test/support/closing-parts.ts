import { openedCases, ownArchiveIndex } from '../../runtime/archive-index.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { trustDocument } from '../../runtime/trust.ts';

/** What observe closes cases with, made in a folder of a test's own. */
export async function closingParts(folder: string) {
  const paths = statePaths(folder);
  await ensureTrust(paths);
  const trust = trustDocument({ paths });
  return {
    archiveIndex: ownArchiveIndex(paths.archiveIndex, trust, await readRoleKey(paths, 'observe')),
    opened: openedCases(paths.archiveIndex, trust),
    trust,
    expiry: 14_400,
    seesServing: () => Promise.resolve({ serves: 'not-seen' as const }),
  };
}
