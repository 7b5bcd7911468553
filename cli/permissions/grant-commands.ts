import type { GoogleRole } from '../../model/permissions.ts';
import { actAsRole, readImagesRole } from '../../model/plan-grants.ts';
import type { InUse } from './in-use.ts';

/** What the commands are for. */
export interface GrantOptions {
  readonly role: GoogleRole;
  readonly project: string;
  /** The e-mail of the role's own service account. */
  readonly member: string;
  /** Of intake: the subscription's short name. */
  readonly subscription: string;
  /** The account of quarantine plans, where there is one. */
  readonly quarantineAccount?: string;
}

/** One command for a shell, and what people must know before they paste it. */
export interface GrantCommand {
  readonly command: string;
  readonly why: string;
  /** What it opens, where that is more than it says. */
  readonly warning?: string;
}

/** What the role is called in a project. */
function roleId(role: GoogleRole): string {
  return `firebreak${role
    .split('-')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('')}`;
}

/** The commands that give a role's identity exactly what it needs: its custom role, and on each account and repository in use what updates ask for. */
export function grantCommands(options: GrantOptions, inUse: InUse | null): GrantCommand[] {
  const { role, project, member, subscription } = options;
  const bound = `--member=${quoted(`serviceAccount:${member}`)} --role=${quoted(`projects/${project}/roles/${roleId(role)}`)}`;
  const create: GrantCommand = {
    command: `npx firebreak permissions --role ${role} > firebreak-${role}.yaml && gcloud iam roles create ${roleId(role)} --project=${quoted(project)} --file=firebreak-${role}.yaml`,
    why: 'the role, with what its calls need and no more',
  };
  if (role === 'intake')
    return [
      create,
      {
        command: `gcloud pubsub subscriptions add-iam-policy-binding ${quoted(subscription)} --project=${quoted(project)} ${bound}`,
        why: 'on the subscription of the findings only',
      },
    ];
  return [
    create,
    {
      command: `gcloud projects add-iam-policy-binding ${quoted(project)} ${bound} --condition=None`,
      why:
        role === 'respond'
          ? 'on the project: run.operations.get is not looked up on a single service'
          : 'on the project',
    },
    ...(role === 'respond' && inUse !== null ? onEach(options, inUse) : []),
  ];
}

function onEach({ project, member, quarantineAccount }: GrantOptions, inUse: InUse): GrantCommand[] {
  const to = (role: string): string => `--member=${quoted(`serviceAccount:${member}`)} --role=${role}`;
  const actAs = (account: string, why: string, warning?: string): GrantCommand => ({
    command: `gcloud iam service-accounts add-iam-policy-binding ${quoted(account)} --project=${quoted(projectOf(account) ?? project)} ${to(actAsRole)}`,
    why,
    ...(warning !== undefined && { warning }),
  });
  const accounts = [...inUse.accounts].map(([account, users]) =>
    actAs(account, `every update of ${users.join(', ')} asks for it`, escalation(account)),
  );
  const repositories = [...inUse.repositories].map(([name, users]): GrantCommand => {
    const [, owner = '', , location = '', , repository = ''] = name.split('/');
    return {
      command: `gcloud artifacts repositories add-iam-policy-binding ${quoted(repository)} --project=${quoted(owner)} --location=${quoted(location)} ${to(readImagesRole)}`,
      why: `every update of ${users.join(', ')} has its images looked at`,
    };
  });
  const others =
    quarantineAccount === undefined || inUse.accounts.has(quarantineAccount)
      ? []
      : [actAs(quarantineAccount, 'plans that run a service as the quarantine account')];
  return [...accounts, ...others, ...repositories];
}

/** What whoever may act as an account can do as it. */
function escalation(account: string): string {
  return isDefault(account)
    ? 'this is a default account, which often has roles/editor: whoever has respond’s credentials can deploy code of his own as it, and so do nearly everything in the project. Give these services accounts of their own first'
    : 'whoever has respond’s credentials can deploy code of his own as it: it should have no more than these need';
}

/** A default account of Compute Engine or App Engine. Source: IAM, default service accounts. */
export function isDefault(account: string): boolean {
  return /^\d+-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/.test(account);
}

function projectOf(account: string): string | undefined {
  return /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(account)?.[1] ?? /^(.+)@appspot\./.exec(account)?.[1];
}

/** As one word of a POSIX shell: names come from outside, and a pasted line is run. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
