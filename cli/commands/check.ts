import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

interface Options {
  readonly digest?: string;
  readonly words?: string;
  readonly json?: true;
}

/** `firebreak check ID`: recomputes what a case says, and signs nothing. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'check what a case says against signatures, this machine’s own code, evidence, SCC and Cloud Run; signs nothing',
    )
    .argument('<id>', 'the case’s id, or the beginning of it as `cases` lists it')
    .option(
      '--digest <hex>',
      'the whole digest of a plan or of the proposal that somebody reads out elsewhere: is it one of these?',
    )
    .option('--words <six words>', 'the same by its six words')
    .option('--json', 'as JSON: a CheckReport (cli/check/report.ts)')
    .addHelpText(
      'after',
      `
It prints each plan decoded, its whole digest and the six words of it, which approve and case print as well: compare those, never the six digits
of an id, with what somebody else sees. Evidence is looked for in this machine’s store; SCC and Cloud Run are asked with this machine’s own
credentials, and what these may not read is said to be not looked at.

Exits with 0 where everything that was checked holds (also where SCC or Cloud Run say something newer: that is printed), with 1 where something does
not hold, or where --digest or --words are none of this case, with 2 for wrong use.

Examples:
  npx firebreak check 9c41d7e0
  npx firebreak check 9c41d7e0 --words "orient hobby lens amount theory blossom"`,
    )
    .action(async (id: string, { digest, words, json }: Options, command: Command) => {
      const { checkCase } = await import('../check/check-case.ts');
      const options = { digest, words, json: json === true, typed: typed(command) };
      process.exitCode = await checkCase(await configurationOf(command), id, options);
    });
}
