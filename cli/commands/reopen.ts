import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak reopen ID`: opens a case again that has ended. */
export function reopenCommand(): Command {
  return new Command('reopen')
    .description('open a case again that has ended, whatever its end was: it reads everything anew and asks again')
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .requiredOption('--reason <text>', 'why; it is signed and kept with the case')
    .option('--as <analyst>', 'whose key signs, where there are several')
    .option('--json', 'as JSON: {"case": id, "run": new run, "reopens": run that had ended}')
    .addHelpText(
      'after',
      `
It needs the role approver or lead. The new run names the old one; what that changed stays as it is.

Example:
  npx firebreak reopen 9c41d7e0 --reason "it beacons again"`,
    )
    .action(
      async (id: string, { reason, as, json }: { reason: string; as?: string; json?: true }, command: Command) => {
        const { reopenEnded } = await import('../reopen/reopen-ended.ts');
        const options = { reason, as, json: json === true, typed: typed(command) };
        await reopenEnded(await configurationOf(command), id, options);
      },
    );
}
