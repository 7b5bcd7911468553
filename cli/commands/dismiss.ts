import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak dismiss ID`: closes a case as benign. */
export function dismissCommand(): Command {
  return new Command('dismiss')
    .description('say that the finding is benign: the case closes, nothing is changed')
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .requiredOption('--reason <text>', 'why; it is signed and kept with the case')
    .option('--as <analyst>', 'whose key signs, where there are several')
    .option('--json', 'the answer as JSON: a DecisionAnswer (model/decision.ts)')
    .addHelpText('after', '\nExample:\n  npx firebreak dismiss 9c41d7e0 --reason "our own penetration test"')
    .action(
      async (id: string, { reason, as, json }: { reason: string; as?: string; json?: true }, command: Command) => {
        const { decideCase } = await import('../decide/decide-case.ts');
        const options = { reason, as, json: json === true, wait: false, typed: typed(command) };
        process.exitCode = await decideCase(await configurationOf(command), id, { kind: 'dismiss' }, options);
      },
    );
}
