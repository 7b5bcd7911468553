import { LRUCache } from 'lru-cache';
import { messageOf } from '../runtime/errors.ts';
import type { CloudRunResource } from '../model/finding.ts';
import type { IdentityTraces } from '../model/investigation.ts';
import type { CloudRunClients } from './cloud-run.ts';

const callOptions = { timeout: 10_000, retry: null, autoPaginate: false } as const;
const pageSize = 1_000;
const mostNames = 20;

/** The resources of each kind, by full name, with the account that they run as. */
type Lister = (parent: string) => Promise<{ readonly found: readonly Running[]; readonly more: boolean }>;
type Running = { readonly name: string; readonly account: string };

type Listing = Awaited<ReturnType<Lister>>;

/** Cases that come together ask for the same lists: one answer serves them all for so long, milliseconds. */
const listingLives = 30_000;

/** Finds the other Cloud Run resources at the same place that run as an account. What cannot be listed is named, never left out. */
export type SameAccount = (resource: CloudRunResource, account: string) => Promise<IdentityTraces['sameAccount']>;

/** The finder, with lists that all who ask share. */
export function sameAccountFinder({
  services,
  jobs,
  workerPools,
  instances,
}: Pick<CloudRunClients, 'services' | 'jobs' | 'workerPools' | 'instances'>): SameAccount {
  const listers: Readonly<Record<string, Lister>> = {
    async services(parent) {
      const [list, , response] = await services.listServices({ parent, pageSize }, callOptions);
      return { found: list.map(({ name, template }) => running(name, template?.serviceAccount)), more: more(response) };
    },
    async jobs(parent) {
      const [list, , response] = await jobs.listJobs({ parent, pageSize }, callOptions);
      const found = list.map(({ name, template }) => running(name, template?.template?.serviceAccount));
      return { found, more: more(response) };
    },
    async workerPools(parent) {
      const [list, , response] = await workerPools.listWorkerPools({ parent, pageSize }, callOptions);
      return { found: list.map(({ name, template }) => running(name, template?.serviceAccount)), more: more(response) };
    },
    async instances(parent) {
      const [list, , response] = await instances.listInstances({ parent, pageSize }, callOptions);
      return { found: list.map(({ name, serviceAccount }) => running(name, serviceAccount)), more: more(response) };
    },
  };
  const listings = new LRUCache<string, Listing>({
    max: 300,
    ttl: listingLives,
    fetchMethod: (key) => {
      const [kind = '', parent = ''] = key.split(' ');
      return listers[kind]?.(parent);
    },
  });

  return async ({ project, location, kind, name }, account) => {
    const parent = `projects/${project}/locations/${location}`;
    const own = `${kind}s/${name}`;
    const lists = await Promise.allSettled(Object.keys(listers).map((of) => listings.forceFetch(`${of} ${parent}`)));
    const unknown: string[] = [];
    const names: string[] = [];
    for (const [index, of] of Object.keys(listers).entries()) {
      const list = lists[index];
      if (list?.status !== 'fulfilled') {
        unknown.push(`${of}: ${messageOf(list?.reason).slice(0, 200)}`);
        continue;
      }
      const short = list.value.found.filter((one) => runsAs(one, account));
      names.push(...short.map((one) => one.name.split('/').slice(-2).join('/')).filter((one) => one !== own));
      if (list.value.more) unknown.push(`${of} beyond the first ${pageSize}`);
    }
    return { count: names.length, names: names.slice(0, mostNames), unknown };
  };
}

function running(name: string | null | undefined, account: string | null | undefined): Running {
  return { name: name ?? '', account: account ?? '' };
}

function more(response: { nextPageToken?: string | null } | null | undefined): boolean {
  return (response?.nextPageToken ?? '') !== '';
}

/** No account of its own means the project's default one. */
function runsAs({ account }: Running, wanted: string): boolean {
  return account === wanted || (account === '' && wanted.endsWith('-compute@developer.gserviceaccount.com'));
}
