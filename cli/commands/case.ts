import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak case ID`: one case, as a page. */
export function caseCommand(): Command {
  return new Command('case')
    .description('show one case: what happened, why we think so, what can be done, what to type')
    .argument('<id>', 'its id, the beginning of it as `cases` lists it, or the finding’s name')
    .option('--full', 'all that is known of it, not only what fits one screen')
    .option('--plan <id>', 'one plan of it, whole, and the command that approves it')
    .option('--json', 'as JSON: a CaseView (model/case.ts)')
    .addHelpText(
      'after',
      `
What it says is checked on this machine (docs/check.md); what does not hold stands first, with --json on standard error.

Examples:
  npx firebreak case 9c41d7e0
  npx firebreak case 9c41d7e0 --plan evict-beb7ba`,
    )
    .action(async (id: string, options: { full?: true; plan?: string; json?: true }, command: Command) => {
      const { showCase } = await import('../cases/show-case.ts');
      await showCase(await configurationOf(command), id, { ...options, typed: typed(command) });
    });
}
