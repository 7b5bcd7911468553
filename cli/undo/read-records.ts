import { type CaseRecord, caseRecordSchema } from '../../model/case-record.ts';
import { parsed } from '../../model/parse.ts';
import { isResponder, type Plan } from '../../model/plan.ts';
import { type Receipt, receiptSchema, type SignedReceipt } from '../../model/receipt.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import type { EvidenceStore } from '../../runtime/evidence-store.ts';
import { keyIdOf, verifyJson } from '../../runtime/signatures.ts';
import type { Roster } from '../../model/roster.ts';

/** What all runs of a case changed, in the order in which it was done, and the newest record. */
export interface WhatWasChanged {
  readonly newest: CaseRecord;
  readonly plans: readonly Plan[];
  readonly receipts: readonly Receipt[];
}

/** Reads the records of a case, newest first by their links, and checks of every receipt whose it is and who signed it. Throws UserError where one does not hold. */
export async function readRecords(evidence: EvidenceStore, sha256: string, roster: Roster): Promise<WhatWasChanged> {
  const records: CaseRecord[] = [];
  for (let next: string | undefined = sha256; next !== undefined;) {
    const record = readRecord(next, await evidence.get(next));
    records.unshift(record);
    next = record.earlier;
  }
  const newest = records.at(-1);
  if (newest === undefined) throw new TypeError('a chain of records has a first one');
  const receipts: Receipt[] = [];
  for (const record of records)
    for (const signed of record.receipts) receipts.push(await verified(signed, record.case, roster));
  return { newest, plans: records.flatMap(({ plans }) => plans), receipts };
}

function readRecord(sha256: string, bytes: Buffer): CaseRecord {
  try {
    return parsed(caseRecordSchema, JSON.parse(bytes.toString('utf8')), 'record');
  } catch (error) {
    throw new UserError(`${sha256} in the evidence store is no record of a case: ${messageOf(error)}`, 1, {
      cause: error,
    });
  }
}

async function verified(signed: SignedReceipt, caseId: string, roster: Roster): Promise<Receipt> {
  const kid = keyIdOf(signed, 'firebreak.receipt.v1');
  const responder = roster.workers.find(({ id, role }) => id === kid && isResponder(role));
  if (responder === undefined)
    throw new UserError(
      `a receipt of this case was signed by ${kid}, which is no respond worker on the roster: do not undo by it`,
    );
  let receipt: Receipt;
  try {
    receipt = parsed(receiptSchema, await verifyJson(signed, 'firebreak.receipt.v1', responder.publicKey), 'receipt');
  } catch (error) {
    throw new UserError('a receipt of this case does not have the signature that it claims: do not undo by it', 1, {
      cause: error,
    });
  }
  if (receipt.case !== caseId)
    throw new UserError(`a receipt in the record of ${caseId} is of another case: do not undo by it`);
  return receipt;
}
