import { readRecord } from '../../activities/case-records.ts';
import type { CaseRecord } from '../../model/case-record.ts';
import { MalformedError } from '../../model/parse.ts';
import type { Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Roster } from '../../model/roster.ts';
import { ForeignEntryError, UnprovedFileError } from '../../runtime/errors.ts';
import type { EvidenceStore } from '../../runtime/evidence-store.ts';
import { verifyReceipt } from '../../runtime/verify-receipt.ts';

/** What all runs of a case changed, in the order in which it was done, and the newest record. */
export interface WhatWasChanged {
  readonly newest: CaseRecord;
  readonly plans: readonly Plan[];
  readonly receipts: readonly Receipt[];
}

/**
 * Reads the records of a case, newest first by their links: each has to name the case, and every receipt to be one of its run that a respond worker
 * signed. Throws UnprovedFileError where one does not hold.
 */
export async function readRecords(
  evidence: EvidenceStore,
  { case: id, sha256 }: { readonly case: string; readonly sha256: string },
  roster: Roster,
): Promise<WhatWasChanged> {
  try {
    const records: CaseRecord[] = [];
    for (let next: string | undefined = sha256; next !== undefined;) {
      const record: CaseRecord = await readRecord(evidence, next, id);
      records.unshift(record);
      next = record.earlier;
    }
    const newest = records.at(-1);
    if (newest === undefined) throw new TypeError('a chain of records has a first one');
    const receipts: Receipt[] = [];
    for (const { run, receipts: signed } of records)
      for (const one of signed) receipts.push(await verifyReceipt(one, roster, { case: id, run }));
    return { newest, plans: records.flatMap(({ plans }) => plans), receipts };
  } catch (error) {
    if (!(error instanceof ForeignEntryError || error instanceof MalformedError)) throw error;
    throw new UnprovedFileError(`${error.message}: do not undo by it`, 1, { cause: error });
  }
}
