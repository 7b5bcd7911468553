import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak submit FILE…`: makes findings cases, without Pub/Sub. */
export function submitCommand(): Command {
  return new Command('submit')
    .description(
      'start cases for findings in files; what SCC does not have is marked "not confirmed by SCC" in the case',
    )
    .argument('<file...>', 'a finding as JSON, in any shape in which SCC hands it out; - reads standard input')
    .option('--dry-run', 'go the whole way and change nothing: of these cases the receipts say what would be changed')
    .option('--json', 'as JSON: an array of {file, case, outcome} or {file, refused}')
    .addHelpText(
      'after',
      '\nExample:\n  npx firebreak submit finding.json\n  npx firebreak submit --dry-run finding.json',
    )
    .action(async (files: string[], { dryRun, json }: { dryRun?: true; json?: true }, command: Command) => {
      const { submitFiles } = await import('../submit/submit-files.ts');
      process.exitCode = await submitFiles(await configurationOf(command), files, {
        json: json === true,
        dryRun: dryRun === true,
        typed: typed(command),
      });
    });
}
