import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

interface Options {
  readonly plan: string;
  readonly reason: string;
  readonly as?: string;
  readonly json?: true;
  readonly wait: boolean;
}

/** `firebreak approve ID`: signs an approval of exactly one plan, and follows what it does. */
export function approveCommand(): Command {
  return new Command('approve')
    .description('approve a plan: signed with your key, carried out at once')
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .requiredOption('--plan <plan>', 'the plan’s id as `case` shows it, with the six digits that stand for its content')
    .requiredOption('--reason <text>', 'why; it is signed and kept with the case')
    .option('--as <analyst>', 'whose key signs, where there are several')
    .option('--no-wait', 'do not follow the case until it has ended')
    .option('--json', 'the answer as JSON: a DecisionAnswer (model/decision.ts)')
    .addHelpText(
      'after',
      `
What the case says is checked on this machine first (docs/check.md): where it does not hold, nothing is signed. Before it sends, it prints each change
with its target, the plan's whole digest and six words of it.

Exits with 0 when the threat is contained, or the way back is done (with --no-wait: when the decision is accepted), with 1 when it is not, or when the
decision is refused.

Example:
  npx firebreak approve 9c41d7e0 --plan evict-3fa2c1 --reason "shell confirmed, revision 11 is good"`,
    )
    .action(async (id: string, { plan, reason, as, json, wait }: Options, command: Command) => {
      const { decideCase } = await import('../decide/decide-case.ts');
      const options = { reason, as, json: json === true, wait, typed: typed(command) };
      process.exitCode = await decideCase(await configurationOf(command), id, { kind: 'plan', plan }, options);
    });
}
