import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf, UserError } from './errors.ts';
import { replaceFile } from './state-folder.ts';

const entrySchema = z.object({
  case: z.string(),
  run: z.string(),
  state: z.string(),
  /** eventTime read back from SCC after our last write to the finding, RFC 3339 UTC; absent where SCC never had it. */
  watermark: z.string().optional(),
  /** Request ids of the messages that the run was about, where SCC never had the finding. */
  seen: z.array(z.string()).optional(),
  /** What the finding said when the run closed. */
  fingerprint: z.string(),
  closedAt: z.string(),
  /** eventTime of an INACTIVE that was seen after closing. */
  inactiveSeen: z.string().optional(),
  /** sha256 of the record of what was changed (model/case-record.ts), in the evidence store; absent where nothing was. */
  record: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

/** What is remembered of a closed case, for longer than Temporal keeps it. */
export type ArchiveEntry = z.infer<typeof entrySchema>;

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
        return entrySchema.parse(JSON.parse(text));
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
