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

/** Finds the other Cloud Run resources at the same place that run as an account. What cannot be listed is named, never left out. */
export async function othersRunningAs(
  { services, jobs, workerPools }: Pick<CloudRunClients, 'services' | 'jobs' | 'workerPools'>,
  resource: CloudRunResource,
  account: string,
): Promise<IdentityTraces['sameAccount']> {
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
  };
  const parent = `projects/${resource.project}/locations/${resource.location}`;
  const own = `${resource.kind}s/${resource.name}`;
  const unknown: string[] = [];
  const names: string[] = [];
  for (const [kind, list] of Object.entries(listers)) {
    try {
      const { found, more: cut } = await list(parent);
      const short = found.filter((one) => runsAs(one, account)).map(({ name }) => name.split('/').slice(-2).join('/'));
      names.push(...short.filter((name) => name !== own));
      if (cut) unknown.push(`${kind} beyond the first ${pageSize}`);
    } catch (error) {
      unknown.push(`${kind}: ${messageOf(error).slice(0, 200)}`);
    }
  }
  return { count: names.length, names: names.slice(0, mostNames), unknown };
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
