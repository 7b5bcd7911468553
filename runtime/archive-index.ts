import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveEntry, archiveEntrySchema } from '../model/archive-entry.ts';
import { parsed } from '../model/parse.ts';
import { codeOf, UserError } from './errors.ts';
import { replaceFile } from './state-folder.ts';

/** The index of closed cases: one small file a case. */
export interface ArchiveIndex {
  read(caseId: string): Promise<ArchiveEntry | undefined>;
  write(entry: ArchiveEntry): Promise<void>;
}

/** The archive index in a folder. Throws UserError on an entry that is damaged: whether a case was closed must not be guessed. */
export function folderArchiveIndex(folder: string): ArchiveIndex {
  const pathOf = (caseId: string): string => {
    if (!/^[A-Za-z0-9_-]{1,250}$/.test(caseId))
      throw new TypeError(`not a case id: ${JSON.stringify(caseId).slice(0, 80)}`);
    return join(folder, `${caseId}.json`);
  };
  return {
    async read(caseId) {
      let text: string;
      try {
        text = await readFile(pathOf(caseId), 'utf8');
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
      try {
        return parsed(archiveEntrySchema, JSON.parse(text), 'archive entry');
      } catch (error) {
        throw new UserError(
          `the archive index ${pathOf(caseId)} is damaged: whether the case was closed is not known. Restore it from a copy, ` +
            'or remove it; then run: firebreak dead-letters retry',
          1,
          { cause: error },
        );
      }
    },
    async write(entry) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(pathOf(entry.case), `${JSON.stringify(entry)}\n`);
    },
  };
}
