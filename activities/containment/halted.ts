import { HaltedError } from '../../runtime/errors.ts';
import { haltWords, readHalt } from '../../runtime/halt.ts';
import type { Ledger } from '../../runtime/ledger.ts';
import type { trustDocument } from '../../runtime/trust.ts';

/** What tells whether all changes are stopped. */
interface HaltDependencies {
  readonly ledger: Ledger;
  readonly trust: ReturnType<typeof trustDocument>;
}

/** Throws HaltedError while a halt stands. */
export async function assertNotHalted({ ledger, trust }: HaltDependencies): Promise<void> {
  const halt = await readHalt(ledger, trust);
  if (halt !== null) throw new HaltedError(haltWords(halt));
}
