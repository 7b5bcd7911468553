import { status } from '@grpc/grpc-js';
import { canonicalJson } from '../model/digest.ts';
import type { ResourceSettings } from '../model/cloud-run.ts';
import type { EvidenceReference } from '../model/evidence.ts';
import type { CloudRunResource } from '../model/finding.ts';
import { lookDigest, type LookRequest } from '../model/look.ts';
import type { FirstSign, SettingsRequest } from '../model/requests.ts';
import { targetName } from '../model/rails.ts';
import type { EvidenceStore } from '../runtime/evidence-store.ts';
import type { ObserveClients } from '../runtime/google-clients.ts';
import { googleFailure, grpcCode } from './google-errors.ts';
import type { SchedulesOf } from './job-schedules.ts';
import { plainJson } from './plain-json.ts';
import { instanceSettings } from './settings/instance.ts';
import { jobSettings } from './settings/job.ts';
import type { Policy } from './settings/policy.ts';
import { withoutEnvironmentValues } from './settings/redact.ts';
import { serviceSettings } from './settings/service.ts';
import { shortName } from './settings/service-fields.ts';
import { workerPoolSettings } from './settings/worker-pool.ts';

/** The clients of Cloud Run that the observe role reads with. */
export type CloudRunClients = Pick<
  ObserveClients,
  'services' | 'revisions' | 'jobs' | 'executions' | 'workerPools' | 'instances'
>;

export interface CloudRunDependencies extends CloudRunClients {
  readonly evidence: EvidenceStore;
  /** Absent: schedules of jobs are not asked for. */
  readonly schedulesOf?: SchedulesOf;
}

const callOptions = { timeout: 10_000, retry: null } as const;
const onePage = { ...callOptions, autoPaginate: false } as const;
const pageSize = 100;
/** A job that runs every minute has thousands of executions, and a service can have a thousand revisions; they come newest first. */
const mostPages = 5;

/** Cloud Run, reading only. */
export function cloudRunActivities({ evidence, schedulesOf, ...clients }: CloudRunDependencies) {
  const save = (objects: object): Promise<EvidenceReference> =>
    evidence.put('settings', 'application/json', canonicalJson(withoutEnvironmentValues(plainJson(objects))));
  const look = settingsReader(clients, { save: () => Promise.resolve(notKept), policies: 'read' });

  /** Whether the resource is another one than a case knows, as far as plans are made from it. Keeps nothing, and its answer is small: it is asked while people look. */
  async function seeWhetherChanged({ settings, known }: LookRequest): Promise<boolean> {
    const found = await look(settings);
    return found === null || lookDigest(found) !== known;
  }

  return {
    readSettings: settingsReader(clients, { save, policies: 'read', ...(schedulesOf && { schedulesOf }) }),
    seeWhetherChanged,
  };
}

const notKept: EvidenceReference = {
  kind: 'settings',
  sha256: '0'.repeat(64),
  bytes: 0,
  mediaType: 'application/json',
};

/** What besides the resource itself is read, and what becomes of what was read. */
export interface ReadingOptions {
  /** Keeps the objects whole. */
  readonly save: (objects: object) => Promise<EvidenceReference>;
  /** Who may invoke is in the resource's policy, which not every role may read. */
  readonly policies: 'read' | 'left out';
  readonly schedulesOf?: SchedulesOf;
}

/** Reads what plans and people need of a resource's settings, with whatever identity the clients have. */
export function settingsReader(clients: CloudRunClients, { save, policies, schedulesOf }: ReadingOptions) {
  const { services, revisions, jobs, executions, workerPools, instances } = clients;
  const policyOf = (client: Parameters<typeof readPolicy>[0], name: string): Promise<Policy> =>
    policies === 'read' ? readPolicy(client, name) : Promise.resolve(null);

  /**
   * Reads the affected resource's settings, revisions or executions, and policy. Answers null where the resource is gone.
   */
  async function readSettings({ firstSign, ...resource }: SettingsRequest): Promise<ResourceSettings | null> {
    const name = targetName(resource);
    try {
      return await readers[resource.kind](name, resource, firstSign);
    } catch (error) {
      if (grpcCode(error) === status.NOT_FOUND) return null;
      throw googleFailure(`Cloud Run, read ${name}`, error);
    }
  }

  const readers = {
    async service(name: string, resource: CloudRunResource, sign?: FirstSign): Promise<ResourceSettings> {
      const [[service], listed, policy] = await Promise.all([
        services.getService({ name }, callOptions),
        listRevisions(name),
        policyOf(services, name),
      ]);
      const objects = { service, revisions: listed, policy };
      return serviceSettings(placeOf(resource, service.name), objects, sign, await save(objects));
    },
    async workerPool(name: string, resource: CloudRunResource, sign?: FirstSign): Promise<ResourceSettings> {
      const [[workerPool], listed, policy] = await Promise.all([
        workerPools.getWorkerPool({ name }, callOptions),
        listRevisions(name),
        policyOf(workerPools, name),
      ]);
      const objects = { workerPool, revisions: listed, policy };
      return workerPoolSettings(placeOf(resource, workerPool.name), objects, sign, await save(objects));
    },
    async job(name: string, resource: CloudRunResource, sign?: FirstSign): Promise<ResourceSettings> {
      const [[job], ran, policy, schedules] = await Promise.all([
        jobs.getJob({ name }, callOptions),
        listExecutions(name),
        policyOf(jobs, name),
        schedulesOf?.(resource),
      ]);
      const objects = { job, ...ran, policy, ...(schedules && { schedules }) };
      return jobSettings(placeOf(resource, job.name), objects, sign, await save(objects));
    },
    async instance(name: string, resource: CloudRunResource, sign?: FirstSign): Promise<ResourceSettings> {
      const [instance] = await instances.getInstance({ name }, callOptions);
      const objects = { instance };
      return instanceSettings(placeOf(resource, instance.name), objects, sign, await save(objects));
    },
  } satisfies Record<CloudRunResource['kind'], unknown>;

  /** One that serves, or that the finding names, can be older than many that only have a tag. */
  async function listRevisions(parent: string) {
    const { found } = await firstPages((pageToken) =>
      revisions.listRevisions({ parent, pageSize, pageToken }, onePage),
    );
    return found;
  }

  async function listExecutions(parent: string) {
    const { found, more } = await firstPages((pageToken) =>
      executions.listExecutions({ parent, pageSize, pageToken }, onePage),
    );
    return { executions: found, moreExecutions: more };
  }

  return readSettings;
}

/** What the first pages list, and whether there are more. */
async function firstPages<T>(
  read: (pageToken: string) => Promise<[T[], unknown, { readonly nextPageToken?: string | null }]>,
): Promise<{ readonly found: T[]; readonly more: boolean }> {
  const found: T[] = [];
  let pageToken = '';
  for (let page = 0; page < mostPages; page += 1) {
    const [listed, , response] = await read(pageToken);
    found.push(...listed);
    pageToken = response?.nextPageToken ?? '';
    if (pageToken === '') break;
  }
  return { found, more: pageToken !== '' };
}

/** Cloud Run's own name of the resource counts, and not the case in which a finding writes it. */
function placeOf({ kind, project, location }: CloudRunResource, name: string | null | undefined) {
  return { kind, project, location, name: shortName(name) };
}

/** The resource's own policy. Not being allowed to read it is not a failure: who may call is then unknown. */
async function readPolicy(
  client: CloudRunClients['services' | 'jobs' | 'workerPools'],
  resource: string,
): Promise<Policy> {
  try {
    const [policy] = await client.getIamPolicy({ resource, options: { requestedPolicyVersion: 3 } }, callOptions);
    return policy;
  } catch (error) {
    if (grpcCode(error) === status.PERMISSION_DENIED || grpcCode(error) === status.UNIMPLEMENTED) return null;
    throw error;
  }
}
