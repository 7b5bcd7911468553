import { Command, Option } from 'commander';
import { type GoogleRole, googleRoles } from '../../model/permissions.ts';
import { configurationOf } from '../globals.ts';

interface Options {
  readonly role: GoogleRole;
  readonly json?: true;
  readonly commands?: true;
  readonly project?: string;
  readonly region?: string;
  readonly member?: string;
}

/** `firebreak permissions`: what an identity has to be granted, as a custom role, or as commands. */
export function permissionsCommand(): Command {
  return new Command('permissions')
    .description(
      'print what a role may do on Google Cloud, as a custom role or as commands that grant it; changes nothing',
    )
    .addOption(
      new Option('--role <role>', 'whose identity (the roles cases, virustotal and archive call no Google API)')
        .choices(googleRoles)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--yaml', 'as the file that gcloud takes (the default)').conflicts(['json', 'commands']))
    .option('--json', 'as JSON: {title, description, stage, includedPermissions, unverified, notes}')
    .option('--commands', 'as gcloud commands to paste: the role and, for respond, each account and repository in use')
    .option('--project <id>', 'with --commands: where it is granted')
    .option('--region <region>', 'with --commands, for respond: whose services and worker pools are listed')
    .option('--member <email>', 'with --commands: the role’s service account (firebreak-ROLE@PROJECT by default)')
    .addHelpText(
      'after',
      `
--commands lists the services and worker pools of a region with this machine’s own credentials, since every update of one asks respond for
iam.serviceAccounts.actAs on the account that it runs as and for read of its images. With --json: {commands: [{command, why, warning}], withoutAccount}.

Examples:
  npx firebreak permissions --role respond > firebreak-respond.yaml
  npx firebreak permissions --role respond --commands --project my-project --region europe-west1`,
    )
    .action(async ({ json, commands, ...options }: Options, command: Command) => {
      if (commands === true) {
        const { showGrantCommands } = await import('../permissions/show-grant-commands.ts');
        return showGrantCommands(await configurationOf(command), { ...options, json: json === true });
      }
      const { showPermissions } = await import('../permissions/show-permissions.ts');
      showPermissions(options.role, json === true);
    });
}
