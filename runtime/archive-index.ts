import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf } from './errors.ts';
import { replaceFile } from './state-folder.ts';

const entrySchema = z.object({
  case: z.string(),
  run: z.string(),
  state: z.string(),
  /** eventTime read back from SCC after our last write to the finding, RFC 3339 UTC. */
  watermark: z.string(),
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

/** The archive index in a folder. Throws on an entry that cannot be read: whether a case was closed must not be guessed. */
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
      return entrySchema.parse(JSON.parse(text));
    },
    async write(entry) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await replaceFile(pathOf(entry.case), `${JSON.stringify(entry)}\n`);
    },
  };
}
