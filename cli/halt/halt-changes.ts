import type { Configuration } from '../../runtime/configuration.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { writeHalt } from '../../runtime/halt.ts';
import { LedgerError } from '../../runtime/errors.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import { checkedReason } from '../decide/choice.ts';
import { say, sayJson } from '../terminal/output.ts';
import { type HaltOptions, haltingAnalyst } from './halting-analyst.ts';

/**
 * Stops all changes of this system, at once: what is approved and not yet done is refused by respond until somebody resumes. Works without
 * Temporal and without a worker. Throws UserError where nobody may sign, or where the ledger does not take it.
 */
export async function haltChanges(configuration: Configuration, options: HaltOptions): Promise<void> {
  const reason = checkedReason(options.reason);
  const analyst = await haltingAnalyst(configuration, options);
  const number = await stop(configuration, analyst, reason);
  if (options.json) return sayJson({ halt: number, by: analyst.name, reason });
  say(`${analyst.name}: halted. Nothing more is changed until somebody resumes; what Cloud Run has begun, it ends.`);
  say(`Let changes go on with: ${options.typed('resume --reason "why"')}`);
}

async function stop(
  { ledgerFolder }: Configuration,
  analyst: Parameters<typeof writeHalt>[1],
  reason: string,
): Promise<number> {
  try {
    return await writeHalt(folderLedger(ledgerFolder), analyst, reason);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new UserError(
      `NOT halted: ${messageOf(error)}. Stop the respond workers themselves, and look at ${ledgerFolder}`,
      1,
      { cause: error },
    );
  }
}
