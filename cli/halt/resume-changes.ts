import type { Configuration } from '../../runtime/configuration.ts';
import { UserError } from '../../runtime/errors.ts';
import { haltWords, readHalt, writeResume } from '../../runtime/halt.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { checkedReason } from '../decide/choice.ts';
import { say, sayJson } from '../terminal/output.ts';
import { type HaltOptions, haltingAnalyst } from './halting-analyst.ts';

/** Lets changes go on after a halt, by a signed entry that respond checks at every action. Throws UserError where nothing is halted, or it still is. */
export async function resumeChanges(configuration: Configuration, options: HaltOptions): Promise<void> {
  const reason = checkedReason(options.reason);
  const analyst = await haltingAnalyst(configuration, options);
  const ledger = folderLedger(configuration.ledgerFolder);
  const trust = trustDocument(configuration);
  const halt = await readHalt(ledger, trust);
  if (halt === null) throw new UserError(`nothing is halted (ledger ${configuration.ledgerFolder})`);
  await writeResume(ledger, analyst, halt, reason);
  const still = await readHalt(ledger, trust);
  if (still !== null)
    throw new UserError(
      `still ${haltWords(still)}${still.refused.length === 0 ? '' : ` (${still.refused.join('; ')})`}. Look at it again, and resume that`,
    );
  if (options.json) return sayJson({ resumed: halt.number, by: analyst.name, reason });
  say(`${analyst.name}: resumed. It was ${haltWords(halt)}.`);
  say(`Cases that were stopped ask again: ${options.typed('cases --state proposed')}`);
}
