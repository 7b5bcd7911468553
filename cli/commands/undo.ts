import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak undo ID`: proposes to give back what a closed case changed. */
export function undoCommand(): Command {
  return new Command('undo')
    .description('propose to give back what a closed case changed; it needs an approval of its own')
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .option('--json', 'as JSON: {"case": id of the way back, "undoes": id}')
    .addHelpText(
      'after',
      `
It works from the signed receipts in the evidence store, so also when Temporal no longer has the case. Every action is refused where its
resource has changed since.

Example:
  npx firebreak undo 9c41d7e0`,
    )
    .action(async (id: string, { json }: { json?: true }, command: Command) => {
      const { startUndo } = await import('../undo/start-undo.ts');
      await startUndo(await configurationOf(command), id, { json: json === true, typed: typed(command) });
    });
}
