import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak halt`: stops all changes. */
export function haltCommand(): Command {
  return new Command('halt')
    .description(
      'stop all changes of the cloud at once, in every case; what is approved and not yet done is refused until somebody resumes',
    )
    .requiredOption('--reason <text>', 'why; it is signed, and shown to everybody whose case it stops')
    .option('--as <analyst>', 'whose key signs, where there are several')
    .option('--json', 'as JSON: {halt, by, reason}')
    .addHelpText('after', '\nExample:\n  npx firebreak halt --reason "the last change hit the wrong service"')
    .action(async ({ reason, as, json }: { reason: string; as?: string; json?: true }, command: Command) => {
      const { haltChanges } = await import('../halt/halt-changes.ts');
      await haltChanges(await configurationOf(command), { reason, as, json: json === true, typed: typed(command) });
    });
}
