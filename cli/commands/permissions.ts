import { Command, Option } from 'commander';
import { type GoogleRole, googleRoles } from '../../model/permissions.ts';

/** `firebreak permissions`: what an identity has to be granted, as a custom role. */
export function permissionsCommand(): Command {
  return new Command('permissions')
    .description('print what a role may do on Google Cloud, as a custom role for its identity; changes nothing')
    .addOption(
      new Option('--role <role>', 'whose identity (the roles cases, virustotal and archive call no Google API)')
        .choices(googleRoles)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--yaml', 'as the file that gcloud takes (the default)').conflicts('json'))
    .option('--json', 'as JSON: {title, description, stage, includedPermissions, unverified, notes}')
    .addHelpText(
      'after',
      `
Example:
  npx firebreak permissions --role respond > firebreak-respond.yaml
  gcloud iam roles create firebreakRespond --project=PROJECT --file=firebreak-respond.yaml`,
    )
    .action(async ({ role, json }: { role: GoogleRole; json?: true }) => {
      const { showPermissions } = await import('../permissions/show-permissions.ts');
      showPermissions(role, json === true);
    });
}
