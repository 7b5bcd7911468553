import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak look-again ID`: has a case read everything anew. */
export function lookAgainCommand(): Command {
  return new Command('look-again')
    .description(
      'have a case that waits read everything anew: finding, settings, logs, reputation; it revises its proposal',
    )
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .option(
      '--json',
      'as JSON: {"case": id, "looked": whether it has, "revision": of the proposal, "revised": whether that is a new one}',
    )
    .addHelpText(
      'after',
      `
It looks at most once a minute. A vote for a plan stays where the plan stays as it is. A case that has ended is opened again with reopen.

Example:
  npx firebreak look-again 9c41d7e0`,
    )
    .action(async (id: string, { json }: { json?: true }, command: Command) => {
      const { lookAgain } = await import('../look-again/look-again.ts');
      await lookAgain(await configurationOf(command), id, { json: json === true, typed: typed(command) });
    });
}
