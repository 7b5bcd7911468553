import { Command } from 'commander';
import { configurationOf } from '../globals.ts';

/** What `firebreak contract` is told. */
export interface ContractCommandOptions {
  readonly project: string;
  readonly region: string;
  readonly only?: readonly string[];
  readonly serviceAccount?: string;
  readonly finding?: string;
  readonly findingTopic?: string;
  readonly responderCredentials?: string;
  readonly report?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `firebreak contract`: whether the real services are as the engine and the sandbox take them to be. */
export function contractCommand(): Command {
  return new Command('contract')
    .description(
      'hold the claims of docs/fidelity.md against a real project (or the sandbox): makes things of its own there, and deletes them',
    )
    .requiredOption('--project <id>', 'where to make them: a project of no importance')
    .requiredOption('--region <region>', 'in which region')
    .option('--only <id...>', 'check these claims alone')
    .option('--service-account <email>', 'what they run as (the project’s default account where none is given)')
    .option('--finding <name>', 'a finding of Security Command Center whose marks may be written and deleted again')
    .option('--finding-topic <name>', 'projects/P/topics/T: where its notifications come to')
    .option(
      '--responder-credentials <file>',
      'credentials of an identity that may update services, and not act as what the canary runs as',
    )
    .option('--report <path>', 'where to write the report: PATH.json and PATH.md (firebreak-contract-DATE-RUN here)')
    .option('--yes', 'do not ask: for machines')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing is contradicted, 1 something is, or it was stopped or refused, 2 wrong use, 3 something that it made could not be deleted.

Examples:
  npx firebreak contract --project my-sandbox-project --region europe-west1
  npx firebreak contract --project my-sandbox-project --region europe-west1 --only service.etag --yes`,
    )
    .action(async (options: ContractCommandOptions, command: Command) => {
      const { runContract } = await import('../contract/run-contract.ts');
      process.exitCode = await runContract(await configurationOf(command), options);
    });
}
