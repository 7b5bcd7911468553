import { imagesOf } from '../../activities/settings/workload.ts';
import { repositoryOf } from '../../model/image-repository.ts';
import type { Configuration } from '../../runtime/configuration.ts';
import { closeClients, observeClients } from '../../runtime/google-clients.ts';

/** What services and worker pools of one place are made from: each with the short names of those that use it, sorted. */
export interface InUse {
  readonly accounts: ReadonlyMap<string, readonly string[]>;
  readonly repositories: ReadonlyMap<string, readonly string[]>;
  /** Those that name no account: they run as the project's default compute account, whose address has the project's number. */
  readonly withoutAccount: readonly string[];
  /** Those that name an account or a repository that can be none, and so could be anything else in a command. */
  readonly misnamed: readonly string[];
}

/** Source: IAM, service accounts; Artifact Registry, names of repositories. */
const accountForm = /^[a-z0-9][a-z0-9.-]*@[a-z0-9][a-z0-9.-]*$/;
const repositoryForm = /^projects\/[a-z0-9][a-z0-9.:-]*\/locations\/[a-z0-9-]+\/repositories\/[a-z0-9][a-z0-9._-]*$/;

const callOptions = { timeout: 15_000, retry: null } as const;

/**
 * Lists the services and worker pools of a project and region with this machine's own credentials (in the sandbox its port for reading), and what
 * they run as and are made from. Jobs are left out: nothing updates them. Throws the gRPC error of what may not be listed.
 */
export async function readInUse(google: Configuration['google'], project: string, region: string): Promise<InUse> {
  const clients = observeClients(google);
  try {
    // A call without credentials fails where nobody can catch it: in a promise that the client lets go of.
    if ('endpoints' in google) await clients.services.auth.getClient();
    const parent = `projects/${project}/locations/${region}`;
    const [[services], [pools]] = await Promise.all([
      clients.services.listServices({ parent }, callOptions),
      clients.workerPools.listWorkerPools({ parent }, callOptions),
    ]);
    return sorted([...services, ...pools]);
  } finally {
    await closeClients(clients);
  }
}

type Listed = {
  readonly name?: string | null;
  readonly template?: (Parameters<typeof imagesOf>[0] & { readonly serviceAccount?: string | null }) | null;
};

/** As services and worker pools are listed. */
export function sorted(all: readonly Listed[]): InUse {
  const accounts = new Map<string, string[]>();
  const repositories = new Map<string, string[]>();
  const withoutAccount: string[] = [];
  const misnamed: string[] = [];
  const add = (map: Map<string, string[]>, form: RegExp, key: string, short: string): void => {
    if (form.test(key)) map.set(key, [...(map.get(key) ?? []), short]);
    else misnamed.push(short);
  };
  for (const { name, template } of all) {
    const [short = ''] = (name ?? '').split('/').slice(-1);
    const account = template?.serviceAccount ?? '';
    if (account === '') withoutAccount.push(short);
    else add(accounts, accountForm, account, short);
    for (const repository of new Set(imagesOf(template ?? {}).flatMap((image) => repositoryOf(image) ?? [])))
      add(repositories, repositoryForm, repository, short);
  }
  return {
    accounts: inOrder(accounts),
    repositories: inOrder(repositories),
    withoutAccount: withoutAccount.sort(),
    misnamed: [...new Set(misnamed)].sort(),
  };
}

function inOrder(map: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...map]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, names]) => [key, [...new Set(names)].sort()] as const),
  );
}
