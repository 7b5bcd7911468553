import type { Configuration } from '../../runtime/configuration.ts';
import { type Halt, readHalt } from '../../runtime/halt.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import { trustDocument } from '../../runtime/trust.ts';

/** The halt that stands on this system, or null. Throws LedgerError where the ledger cannot be read. */
export function standingHalt(configuration: Configuration): Promise<Halt | null> {
  return readHalt(folderLedger(configuration.ledgerFolder), trustDocument(configuration));
}
