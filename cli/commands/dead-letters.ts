import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak dead-letters`: what intake could not make a case of. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('look at what intake could not make a case of, and try it again')
    .addHelpText('after', '\nExample:\n  npx firebreak dead-letters list')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(retryCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list them, oldest first')
    .option('--json', 'as JSON: an array of {id, reason, receivedAt, messageId, bytes}')
    .addHelpText('after', '\nExample:\n  npx firebreak dead-letters list --json')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { listLetters } = await import('../dead-letters/show-letters.ts');
      await listLetters(await configurationOf(command), { json: json === true, typed: typed(command) });
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('show one: why, when, and the message (environment values removed)')
    .argument('<id>', 'its id, or the beginning of it')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  npx firebreak dead-letters show 4f2a')
    .action(async (id: string, { json }: { json?: true }, command: Command) => {
      const { showLetter } = await import('../dead-letters/show-letters.ts');
      await showLetter(await configurationOf(command), id, { json: json === true, typed: typed(command) });
    });
}

function retryCommand(): Command {
  return new Command('retry')
    .description('handle them again, as if they had just arrived; what works is removed')
    .argument('<id...>', 'their ids, or the beginnings of them')
    .option('--json', 'as JSON: an array of {id, cases, notOurs, deadLetter}')
    .addHelpText('after', '\nExample:\n  npx firebreak dead-letters retry 4f2a 91bc')
    .action(async (ids: string[], { json }: { json?: true }, command: Command) => {
      const { retryLetters } = await import('../dead-letters/retry-letters.ts');
      process.exitCode = await retryLetters(await configurationOf(command), ids, json === true);
    });
}
