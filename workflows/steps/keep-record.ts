import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { ClosingRecord } from '../../activities/case-records.ts';
import type { RecordPart } from '../../model/case-record.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { CaseState } from '../../model/case.ts';
import { parsed } from '../../model/parse.ts';
import { digest } from '../../model/schema.ts';
import { securityCommandCenter } from '../activities.ts';
import type { CaseFile } from '../case-file.ts';

/** Bytes of the record and the other proofs as JSON that closing carries: with what is watched from then on, which holds the finding, below the 64 KiB of a payload. */
const mostBytes = 18 * 1024;
/** Bytes of a part that is kept ahead, as JSON; one plan or one receipt alone may be a part. */
const partBytes = 40 * 1024;
/** As long as marking is tried. */
const keepingLimitSeconds = 3_600;

/** Ends that receipts prove. */
const restsOnReceipts: ReadonlySet<CaseState> = new Set(['contained', 'undone', 'failed']);

/** Results after which there is a way back: what was found as wanted is held, and can be let go. */
const leavesSomething: ReadonlySet<Receipt['result']> = new Set(['changed', 'failed', 'already-so']);

/**
 * What this run carried out, as closing tells it, where it changed something or the end is to be proved by it. What is too large for the payload,
 * which carries so many bytes of other proofs besides, is kept ahead in parts, each in an activity of its own.
 */
export async function whatWasCarriedOut(
  file: CaseFile,
  state: CaseState,
  proofBytes: number,
): Promise<Pick<ClosingRecord, 'record' | 'kept' | 'changed'>> {
  const changed = file.receipts.some(({ result, mode }) => mode === 'live' && leavesSomething.has(result));
  if (!changed && !restsOnReceipts.has(state)) return { changed };
  const { observation } = file.input;
  const record: RecordPart = { observation, plans: file.carriedOut, receipts: file.signedReceipts };
  if (bytesOf(record) + proofBytes <= mostBytes) return { record, changed };
  let after: string | undefined;
  for (const part of partsOf(record)) {
    const request = { case: file.id, run: file.run, part, ...(after !== undefined && { after }) };
    const kept = await securityCommandCenter('Keep what was changed', keepingLimitSeconds).keepRecord(request);
    after = parsed(digest, kept, 'answer');
  }
  return { ...(after !== undefined && { kept: after }), changed };
}

/** The record in parts, in order: first the plans, then the receipts. */
export function partsOf({ observation, plans, receipts }: RecordPart): RecordPart[] {
  return [
    ...inParts(plans).map((some) => ({ observation, plans: some, receipts: [] })),
    ...inParts(receipts).map((some) => ({ observation, plans: [], receipts: some })),
  ];
}

function inParts<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const more = bytesOf(item);
    bytes += more;
    if (bytes > partBytes) {
      parts.push([]);
      bytes = more;
    }
    parts.at(-1)?.push(item);
  }
  return parts;
}

/** Bytes as JSON. */
export function bytesOf(value: unknown): number {
  return utf8ToBytes(JSON.stringify(value)).length;
}
