import { Command } from 'commander';
import { configurationOf, typed } from '../globals.ts';

/** `firebreak submit FILE…`: makes findings cases, without Pub/Sub. */
export function submitCommand(): Command {
  return new Command('submit')
    .description(
      'start cases for findings in files; what SCC does not have is marked "not confirmed by SCC" in the case',
    )
    .argument(
      '<file...>',
      'findings as SCC, gcloud, Pub/Sub, BigQuery or Cloud Logging write them: JSON, JSON lines or documents one after another, CSV, also in gzip or UTF-16; - reads standard input',
    )
    .option('--dry-run', 'go the whole way and change nothing: of these cases the receipts say what would be changed')
    .option(
      '--json',
      'as JSON: an array of {file, record, case, outcome} or {file, record, refused}; record where a file has several',
    )
    .addHelpText(
      'after',
      `
What became of each finding, and the exit code; of several findings the first of these that holds:
  refused     1  it cannot be read, is none of ours or not for Firebreak: the reason is said; its neighbours are taken
  started     0  a new case
  reopened    5  its case had ended, and is opened again
  told        3  its case runs already, and has it now
  unchanged   4  its case has ended, and this says nothing that it did not know: firebreak reopen opens it all the same

Examples:
  npx firebreak submit finding.json
  npx firebreak submit --dry-run export.jsonl.gz
  gcloud scc findings list organizations/1 --format=json | npx firebreak submit -`,
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
