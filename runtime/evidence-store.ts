import { createHash, randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EvidenceKind, EvidenceReference } from '../model/evidence.ts';
import { FirebreakError } from './errors.ts';
import { syncFolder, writeNewFile } from './new-file.ts';

/** Stored bytes are not what their name says. */
export class EvidenceDamagedError extends FirebreakError {
  constructor(sha256: string) {
    super(
      `evidence ${sha256} does not have the content that its name says. Restore it from a copy; do not trust the stored one.`,
    );
  }
}

/** Evidence by content: a folder of files named by their sha256. Writing the same bytes twice is one file. */
export interface EvidenceStore {
  /** Stores bytes durably before it answers. */
  put(kind: EvidenceKind, mediaType: string, content: string | Uint8Array): Promise<EvidenceReference>;
  /** The bytes of that sha256. Throws where there are none, EvidenceDamagedError where they differ from their name. */
  get(sha256: string): Promise<Buffer>;
}

/** The evidence store in a folder (the embedded default, or a mounted bucket). */
export function evidenceStore(folder: string): EvidenceStore {
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('evidence is named by 64 lower-case hex digits');
    return join(folder, 'sha256', sha256.slice(0, 2), sha256);
  };

  async function put(kind: EvidenceKind, mediaType: string, content: string | Uint8Array): Promise<EvidenceReference> {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = pathOf(sha256);
    if (!(await isThere(path, bytes))) await writeDurably(path, bytes);
    return { kind, sha256, bytes: bytes.length, mediaType };
  }

  async function get(sha256: string): Promise<Buffer> {
    const bytes = await readFile(pathOf(sha256));
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new EvidenceDamagedError(sha256);
    return bytes;
  }

  return { put, get };
}

/** Whether it is stored, whole: what is damaged is written again. */
async function isThere(path: string, bytes: Uint8Array): Promise<boolean> {
  return existsSync(path) && (await readFile(path)).equals(bytes);
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNewFile(temporary, bytes);
    renameSync(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // A full disk must not be filled further by what could not be written.
    rmSync(temporary, { force: true });
    throw error;
  }
}
