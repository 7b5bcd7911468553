import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak resume`: lets changes go on after a halt. */
export function resumeCommand(): Command {
  return new Command('resume')
    .description('let changes go on after a halt; cases that were stopped ask people again')
    .requiredOption('--reason <text>', 'why; it is signed, and kept in the ledger')
    .option('--as <analyst>', 'whose key signs, where there are several')
    .option('--json', 'as JSON: {resumed, by, reason}')
    .addHelpText('after', '\nExample:\n  npx firebreak resume --reason "the list of protected services is mended"')
    .action(async ({ reason, as, json }: { reason: string; as?: string; json?: true }, command: Command) => {
      const { resumeChanges } = await import('../halt/resume-changes.ts');
      await resumeChanges(await configurationOf(command), { reason, as, json: json === true, typed: typed(command) });
    });
}
