import type { GoogleRole } from '../../model/permissions.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { messageOf, UserError } from '../../runtime/errors.ts';
import { say, sayJson, tell } from '../terminal/output.ts';
import { shown } from '../terminal/shown.ts';
import { grantCommands } from './grant-commands.ts';
import { type InUse, readInUse } from './in-use.ts';

/** What the commands are asked for. */
export interface CommandOptions {
  readonly role: GoogleRole;
  readonly project?: string;
  readonly region?: string;
  readonly member?: string;
  readonly json: boolean;
}

const nameForm = /^[a-z0-9][a-z0-9.:-]{0,100}$/;
const emailForm = /^[a-z0-9][\w.+-]*@[a-z0-9][a-z0-9.-]*$/i;

/**
 * Prints the commands that give a role's identity what it needs, for people to read and paste; changes nothing. For respond it lists what runs in a
 * region, since each account and repository there takes a grant of its own. Throws UserError.
 */
export async function showGrantCommands(
  { google, rails, subscription }: Pick<Configuration, 'google' | 'rails' | 'subscription'>,
  { role, project, region, member, json }: CommandOptions,
): Promise<void> {
  if (project === undefined || !nameForm.test(project))
    throw new UserError('--commands needs --project, a project id', 2);
  if (role === 'respond' && (region === undefined || !nameForm.test(region)))
    throw new UserError('--commands for respond needs --region: each account in use there takes a grant of its own', 2);
  if (member !== undefined && !emailForm.test(member))
    throw new UserError('--member must be the e-mail of a service account', 2);
  const inUse = role === 'respond' && region !== undefined ? await read(google, project, region) : null;
  const { quarantineAccount } = rails;
  const commands = grantCommands(
    {
      role,
      project,
      member: member ?? `firebreak-${role}@${project}.iam.gserviceaccount.com`,
      subscription: subscription.split('/').at(-1) ?? '',
      ...(quarantineAccount !== undefined && { quarantineAccount }),
    },
    inUse,
  );
  const { withoutAccount: without = [], misnamed = [] } = inUse ?? {};
  if (json) return sayJson({ commands, withoutAccount: without, misnamed });
  for (const { command, why, warning } of commands) {
    say(`# ${shown(why)}`);
    if (warning !== undefined) say(`# Mind: ${shown(warning)}`);
    say(`${command}\n`);
  }
  if (without.length > 0)
    tell(
      `not covered: ${shown(without.join(', '))} name no account and run as the project’s default compute account (PROJECT_NUMBER-compute@developer.gserviceaccount.com)`,
    );
  if (misnamed.length > 0)
    tell(`not covered: ${shown(misnamed.join(', '))} name an account or a repository that can be none: look at them`);
}

async function read(google: Configuration['google'], project: string, region: string): Promise<InUse> {
  try {
    return await readInUse(google, project, region);
  } catch (error) {
    throw new UserError(
      `what runs in ${project}, ${region} could not be listed (${shown(messageOf(error), 300)}): it takes run.services.list and run.workerpools.list, as observe has them. Log in with \`gcloud auth application-default login\``,
      1,
      { cause: error },
    );
  }
}
