import { Command } from 'commander';
import { configurationOf } from '../globals.ts';

/** `firebreak audit`: whether what cases did is what the code does. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('check cases afterwards')
    .addHelpText('after', '\nExample:\n  npx firebreak audit replay 9c41d7e0')
    .addCommand(replayCommand());
}

function replayCommand(): Command {
  return new Command('replay')
    .description(
      'fetch cases’ histories (from the archive where Temporal has none), replay them with the current code, check the signatures in them and the evidence that they name; exits with 1 where something does not hold',
    )
    .argument('<case...>', 'ids, or the beginnings of them as `cases` lists them')
    .option('--json', 'as JSON: an array of CaseVerdict (audit/replay-verdict.ts)')
    .addHelpText('after', '\nExample:\n  npx firebreak audit replay 9c41d7e0')
    .action(async (ids: string[], { json }: { json?: true }, command: Command) => {
      const { replay } = await import('../audit/replay.ts');
      process.exitCode = await replay(await configurationOf(command), ids, json === true);
    });
}
