import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak hand-over ID`: closes a case without a change, for people to go on. */
export function handOverCommand(): Command {
  return new Command('hand-over')
    .description('hand the case to people: it closes, nothing is changed')
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .requiredOption('--reason <text>', 'why; it is signed and kept with the case')
    .option('--as <analyst>', 'whose key signs, where there are several')
    .option('--json', 'the answer as JSON: a DecisionAnswer (model/decision.ts)')
    .addHelpText(
      'after',
      '\nExample:\n  npx firebreak hand-over 9c41d7e0 --reason "the platform team takes it, ticket 4711"',
    )
    .action(
      async (id: string, { reason, as, json }: { reason: string; as?: string; json?: true }, command: Command) => {
        const { decideCase } = await import('../decide/decide-case.ts');
        const options = { reason, as, json: json === true, wait: false, typed: typed(command) };
        process.exitCode = await decideCase(await configurationOf(command), id, { kind: 'hand-over' }, options);
      },
    );
}
