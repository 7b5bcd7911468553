import { z } from 'zod';
import { codeOf, messageOf } from '../runtime/errors.ts';
import { EvidenceDamagedError, type EvidenceStore } from '../runtime/evidence-store.ts';
import { referencesIn } from './history-values.ts';
import { readHistory } from './read-history.ts';

/** What a record of what was changed says of the one before it. */
const linkSchema = z.object({ earlier: z.string().optional() });

/** A piece of evidence that a history names and that cannot be shown as it was. */
export interface EvidenceProblem {
  readonly kind: string;
  readonly sha256: string;
  /** `altered`: what is stored is not what its name says. `not-read`: whether it is whole is not known, `detail` says why. */
  readonly status: 'missing' | 'altered' | 'not-read';
  readonly detail: string;
}

/** Whether the evidence that a history names is still there, as it was. */
export interface EvidenceVerdict {
  /** Pieces that are there and whole, each counted once. */
  readonly whole: number;
  readonly problems: readonly EvidenceProblem[];
}

/** Reads every piece of evidence that a history names, and the case's records of what it changed. `record`: sha256 of the newest, if it has one. */
export async function checkEvidence(
  history: unknown,
  store: Pick<EvidenceStore, 'get'>,
  record?: string,
): Promise<EvidenceVerdict> {
  const kinds = new Map(
    readHistory(history)
      .flatMap(referencesIn)
      .map(({ sha256, kind }) => [sha256, kind]),
  );
  const problems: EvidenceProblem[] = [];
  for (const [sha256, kind] of kinds) {
    const read = await readPiece(sha256, store);
    if ('status' in read) problems.push({ kind, sha256, ...read });
  }
  let records = 0;
  for (let next = record; next !== undefined; records += 1) {
    const read = await readPiece(next, store);
    if ('status' in read) problems.push({ kind: 'case-record', sha256: next, ...read });
    next = 'status' in read ? undefined : linkSchema.parse(JSON.parse(read.bytes.toString('utf8'))).earlier;
  }
  return { whole: kinds.size + records - problems.length, problems };
}

type Unread = Pick<EvidenceProblem, 'status' | 'detail'>;

async function readPiece(
  sha256: string,
  store: Pick<EvidenceStore, 'get'>,
): Promise<{ readonly bytes: Buffer } | Unread> {
  try {
    return { bytes: await store.get(sha256) };
  } catch (error) {
    if (error instanceof EvidenceDamagedError) return { status: 'altered', detail: '' };
    const code = codeOf(error);
    // Anything without a code is no answer of the file system.
    if (code === undefined) throw error;
    return code === 'ENOENT' ? { status: 'missing', detail: '' } : { status: 'not-read', detail: messageOf(error) };
  }
}
