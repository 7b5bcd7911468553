import { Command, Option } from 'commander';
import { googleRoles } from '../../model/permissions.ts';
import { googleApis } from '../../runtime/endpoints.ts';
import { configurationOf } from '../globals.ts';
import type { Scope } from '../preflight/examine-project.ts';

/** `firebreak preflight`: whether a real project has what Firebreak needs. */
export function preflightCommand(): Command {
  return new Command('preflight')
    .description(
      'look whether a real project has what Firebreak needs, and say what to do: APIs, findings, permissions, logs, Temporal, keys; reads only (doctor looks at this machine)',
    )
    .option('--project <id...>', 'whose Cloud Run resources are to be contained (default: the subscription’s project)')
    .option('--region <region...>', 'where they run: for the accounts that respond has to act as')
    .option('--account <email...>', 'accounts that respond has to act as, where it may not list what runs as them')
    .addOption(
      new Option(
        '--role <role...>',
        'whose credentials this process has: looks at that role’s work alone (default: all that are installed, with the credentials of whoever asks)',
      ).choices(googleRoles),
    )
    .option(
      '--json',
      'as JSON: an array of {check, status, detail, todo}; status is ok, attention, failed or not-known',
    )
    .addHelpText(
      'after',
      `
Nothing is written anywhere, and no key or token is printed. Each check has its own deadline of 25 s. Google is asked with application default
credentials: once as an operator, then in each role's own process with --role. An operator's rights: serviceusage.services.get,
pubsub.subscriptions.get, securitycenter.findings.list and notificationconfig.list, run.services.list, run.workerpools.list, logging.sinks.list,
logging.exclusions.list, resourcemanager.projects.getIamPolicy. What may not be read is not known, and says so.

Where an API is elsewhere than usual (data residency, private addresses), host or host:port, TLS but on loopback:
${Object.values(googleApis)
  .map(
    ({ variable, host, other }) =>
      `  ${variable.padEnd(37)}${host}${other === '' ? '' : `\n${' '.repeat(39)}${other}`}`,
  )
  .join('\n')}
  ${'FIREBREAK_VIRUSTOTAL_URL'.padEnd(37)}https://www.virustotal.com/api/v3

Exit codes: 0 nothing failed, 1 something failed, 2 wrong use or configuration, 3 nothing failed and something is not known.

Examples:
  npx firebreak preflight --project shop-prod --region europe-west1
  npx firebreak preflight --role respond --project shop-prod --account cart@shop-prod.iam.gserviceaccount.com --json`,
    )
    .action(async ({ json, ...scope }: Scope & { readonly json?: true }, command: Command) => {
      const { runPreflight } = await import('../preflight/run-preflight.ts');
      process.exitCode = await runPreflight(await configurationOf(command), scope, json === true);
    });
}
