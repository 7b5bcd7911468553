import { imagesOf } from '../../../activities/settings/workload.ts';
import { repositoryOf } from '../../../model/image-repository.ts';
import { actAs, downloadArtifacts } from '../../../model/plan-grants.ts';
import { permissionTester } from '../../../runtime/permission-tester.ts';
import type { Check, Preflight } from '../check.ts';
import { once } from '../clients.ts';
import { explained } from '../explain.ts';
import { attention, failed, type Line, notKnown, ok } from '../line.ts';

/** Whether respond may act as each account that services and worker pools run as, and read their images: Google asks for both on every update. */
export const actAsAccounts: Check = { name: 'act as', of: ['respond'], asksGoogle: true, look };

/** What is asked for, and what cannot be changed without it. */
interface Needed {
  readonly on: 'account' | 'repository';
  readonly name: string;
  readonly users: string[];
}

async function look(preflight: Preflight): Promise<Line[]> {
  const { projects, regions, accounts, configuration } = preflight;
  if (regions.length === 0 && accounts.length === 0)
    return [
      notKnown(
        'which accounts services run as: Cloud Run lists them region by region, and none was named',
        'Name the regions (--region europe-west1 us-central1), or the accounts (--account EMAIL).',
      ),
    ];
  const lines: Line[] = [];
  const needed = new Map<string, Needed>();
  const add = (on: Needed['on'], name: string, user: string): void => {
    const known = needed.get(`${on} ${name}`) ?? { on, name, users: [] };
    known.users.push(user);
    needed.set(`${on} ${name}`, known);
  };
  for (const account of accounts) add('account', account, 'named by --account');
  for (const project of projects) {
    let unnamed = 0;
    for (const region of regions) {
      try {
        for (const { name, account, images } of await workloads(preflight, project, region)) {
          if (account === '') unnamed += 1;
          else add('account', account, name);
          for (const repository of new Set(images.flatMap((image) => repositoryOf(image) ?? [])))
            add('repository', repository, name);
        }
      } catch (error) {
        const about = `the services of ${project} in ${region}`;
        lines.push(explained(error, { api: 'run', about, permission: 'run.services.list and run.workerpools.list' }));
      }
    }
    if (unnamed > 0)
      lines.push(
        notKnown(
          `${unnamed} services of ${project} name no account: they run as the project’s default compute account`,
          'It often is an Editor: give each service an account of its own.',
        ),
      );
  }
  const { quarantineAccount } = configuration.rails;
  if (quarantineAccount !== undefined) add('account', quarantineAccount, 'quarantine plans');
  if (needed.size === 0 && lines.length === 0) return [ok(`nothing runs in ${regions.join(', ')}`)];
  return [...(await judgedAll(preflight, [...needed.values()])), ...lines];
}

async function workloads({ clients, asRoles }: Preflight, project: string, region: string) {
  const as = asRoles ? 'respond' : 'observe';
  const parent = `projects/${project}/locations/${region}`;
  const [[services], [pools]] = await Promise.all([
    clients.services(as).listServices({ parent }, once),
    clients.workerPools(as).listWorkerPools({ parent }, once),
  ]);
  return [...services, ...pools].map(({ name, template }) => ({
    name: name?.split('/').at(-1) ?? '',
    account: template?.serviceAccount ?? '',
    images: imagesOf(template ?? {}),
  }));
}

async function judgedAll(preflight: Preflight, all: readonly Needed[]): Promise<Line[]> {
  const { clients, configuration } = preflight;
  const tester = permissionTester(configuration.google, 'respond', clients.services('respond'));
  try {
    return await Promise.all(all.map((needed) => judged(preflight, tester, needed)));
  } finally {
    await tester.close();
  }
}

async function judged(
  { asRoles }: Preflight,
  tester: ReturnType<typeof permissionTester>,
  { on, name, users }: Needed,
): Promise<Line> {
  const [permission, resource] =
    on === 'account' ? [actAs, `projects/-/serviceAccounts/${name}`] : [downloadArtifacts, name];
  const whose = `${users.slice(0, 5).join(', ')}${users.length > 5 ? ` and ${users.length - 5} more` : ''}`;
  try {
    const held = await tester.test(on, resource, [permission]);
    if (held.includes(permission) && name.endsWith('-compute@developer.gserviceaccount.com'))
      return attention(
        `respond may act as the default compute account ${name} (${whose})`,
        'It often is an Editor, and who may act as it may do what it may: give these services accounts of their own.',
      );
    if (held.includes(permission)) return ok(`respond has ${permission} on ${name} (${whose})`);
    const role = on === 'account' ? 'roles/iam.serviceAccountUser' : 'roles/artifactregistry.reader';
    if (!asRoles)
      return notKnown(
        `these credentials lack ${permission} on ${name}; respond itself may have it (${whose})`,
        on === 'account'
          ? `Ask as respond, in its own process: npx firebreak preflight --role respond --account ${name}`
          : 'Respond’s validation of an update tells it: see a case’s proposal.',
      );
    const lacks = `respond lacks ${permission} on ${name}: ${whose} cannot be changed`;
    const todo = `Grant respond ${role} on ${name}, and on nothing more: npx firebreak permissions --role respond --commands prints how.`;
    return on === 'account' ? failed(lacks, todo) : attention(lacks, todo);
  } catch (error) {
    return explained(error, { api: on === 'account' ? 'iam' : 'artifact-registry', about: `${permission} on ${name}` });
  }
}
