import { messageOf } from '../../runtime/errors.ts';
import type { ContractClients } from '../clients.ts';
import { canaryLabel } from './canary.ts';

/** What a run has made, or an earlier one has left. */
export interface LeftOver {
  readonly kind: 'service' | 'job' | 'worker pool' | 'instance' | 'subscription' | 'topic';
  /** Full name. */
  readonly name: string;
  /** The run that made it. */
  readonly run: string;
}

type Labelled = { readonly name?: string | null; readonly labels?: Readonly<Record<string, string>> | null };
type Clients = Pick<
  ContractClients,
  'services' | 'jobs' | 'executions' | 'instances' | 'workerPools' | 'publisher' | 'subscriber'
>;

/** What could not be listed. */
export interface Unseen {
  readonly kind: LeftOver['kind'];
  readonly why: string;
}

/** Everything in the project and region that has the label, subscriptions before their topics. */
export async function findLeftOvers(
  { services, jobs, workerPools, instances, publisher, subscriber }: Omit<Clients, 'executions'>,
  { project, location }: { readonly project: string; readonly location: string },
): Promise<{ readonly found: readonly LeftOver[]; readonly unseen: readonly Unseen[] }> {
  const parent = `projects/${project}/locations/${location}`;
  const owner = `projects/${project}`;
  const lists: readonly (readonly [LeftOver['kind'], () => Promise<readonly Labelled[]>])[] = [
    ['service', async () => (await services.listServices({ parent }))[0]],
    ['job', async () => (await jobs.listJobs({ parent }))[0]],
    ['worker pool', async () => (await workerPools.listWorkerPools({ parent }))[0]],
    ['instance', async () => (await instances.listInstances({ parent }))[0]],
    ['subscription', async () => (await subscriber.listSubscriptions({ project: owner }))[0]],
    ['topic', async () => (await publisher.listTopics({ project: owner }))[0]],
  ];
  const found: LeftOver[] = [];
  const unseen: Unseen[] = [];
  for (const [kind, list] of lists) {
    try {
      for (const { name, labels } of await list()) {
        const run = labels?.[canaryLabel];
        if (run !== undefined && typeof name === 'string' && isOwn(name, run)) found.push({ kind, name, run });
      }
    } catch (error) {
      unseen.push({ kind, why: messageOf(error) });
    }
  }
  return { found, unseen };
}

/** Label and name have to fit, and the run to be one: what somebody else has given this label to, or such a name, is not ours to delete. */
function isOwn(name: string, run: string): boolean {
  const own = `${canaryLabel}-${run}`;
  const short = name.split('/').at(-1) ?? '';
  return /^[0-9a-f]{8}$/.test(run) && (short === own || short.startsWith(`${own}-`));
}

/** Deletes them; answers those that are still there, with the reason. */
export async function removeLeftOvers(
  clients: Clients,
  leftOvers: readonly LeftOver[],
): Promise<readonly { readonly leftOver: LeftOver; readonly why: string }[]> {
  const kept: { leftOver: LeftOver; why: string }[] = [];
  for (const leftOver of leftOvers) {
    try {
      await remove(clients, leftOver);
    } catch (error) {
      kept.push({ leftOver, why: messageOf(error) });
    }
  }
  return kept;
}

async function remove(clients: Clients, { kind, name }: LeftOver): Promise<void> {
  switch (kind) {
    case 'service':
      await clients.services.deleteService({ name });
      return;
    case 'job':
      await endExecutions(clients, name);
      await clients.jobs.deleteJob({ name });
      return;
    case 'worker pool':
      await clients.workerPools.deleteWorkerPool({ name });
      return;
    case 'instance':
      await clients.instances.deleteInstance({ name });
      return;
    case 'subscription':
      await clients.subscriber.deleteSubscription({ subscription: name });
      return;
    case 'topic':
      await clients.publisher.deleteTopic({ topic: name });
      return;
    default:
      kind satisfies never;
  }
}

/** Cancels what runs of a job, so that it can be deleted. */
async function endExecutions({ executions }: Clients, parent: string): Promise<void> {
  const [all] = await executions.listExecutions({ parent });
  for (const { name, completionTime } of all)
    if (name !== undefined && name !== null && (completionTime === undefined || completionTime === null))
      await executions.cancelExecution({ name });
}
