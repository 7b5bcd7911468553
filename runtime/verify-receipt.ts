import { type ActionKind, actionRoles, isResponder } from '../model/plan.ts';
import { parsed } from '../model/parse.ts';
import { type Receipt, receiptSchema, type SignedReceipt } from '../model/receipt.ts';
import type { Roster } from '../model/roster.ts';
import { ForeignEntryError, messageOf } from './errors.ts';
import { keyIdOf, verifyJson } from './signatures.ts';

/** What a receipt is expected to be of; what is not said is not looked at. */
export interface ReceiptOf {
  readonly case: string;
  readonly run?: string;
  readonly plan?: string;
  readonly action?: string;
  /** Of which kind its action is, where that is known: the role of that kind alone signs its receipts. */
  readonly kind?: ActionKind | ((receipt: Receipt) => ActionKind | undefined);
}

/** What a receipt says that a respond worker on the roster signed, for this action. Throws ForeignEntryError where it is not one. */
export async function verifyReceipt(signed: SignedReceipt, roster: Roster, about: ReceiptOf): Promise<Receipt> {
  try {
    const kid = keyIdOf(signed, 'firebreak.receipt.v1');
    const signer = roster.workers.find(({ id, role }) => id === kid && isResponder(role));
    if (signer === undefined) throw new Error(`${kid} is no respond worker on the roster`);
    const receipt = parsed(
      receiptSchema,
      await verifyJson(signed, 'firebreak.receipt.v1', signer.publicKey),
      'receipt',
    );
    const kind = typeof about.kind === 'function' ? about.kind(receipt) : about.kind;
    if (kind !== undefined && actionRoles[kind] !== signer.role) throw new Error(`${signer.role} does not ${kind}`);
    for (const name of ['case', 'run', 'plan', 'action'] as const)
      if (about[name] !== undefined && receipt[name] !== about[name]) throw new Error(`it is of another ${name}`);
    return receipt;
  } catch (error) {
    throw new ForeignEntryError(`a receipt of ${about.case} does not hold: ${messageOf(error)}`, { cause: error });
  }
}
