import { InstancesClient, JobsClient, RevisionsClient, ServicesClient, WorkerPoolsClient } from '@google-cloud/run';
import { status } from '@grpc/grpc-js';
import { v2 as logging } from '@google-cloud/logging';
import { resourceFilter } from '../../activities/log-lines.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { googleEndpoint } from '../../runtime/google-clients.ts';
import { portOffset } from '../../sandbox/kernel/service.ts';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import { beaconOf, collections, place, runningExecutions, type Seeded } from './detector-fixtures-resource.ts';
import { comparable } from './not-given-back.ts';

/** A resource and its policy, in the API's JSON. */
export interface Looked extends JsonObject {
  readonly found: JsonObject;
  readonly policy: JsonObject;
}

/** Looks at the resources as their owners do, with Google's own clients: nothing of the engine is asked. */
export function openEyes(sandbox: Sandbox) {
  const endpoint = {
    ...googleEndpoint({ host: '127.0.0.1', port: sandbox.basePort }, 'observe', 'run'),
    port: sandbox.basePort + portOffset.publisher,
  };
  const services = new ServicesClient(endpoint);
  const workerPools = new WorkerPoolsClient(endpoint);
  const instances = new InstancesClient(endpoint);
  const jobs = new JobsClient(endpoint);
  const revisions = new RevisionsClient(endpoint);
  const logs = new logging.LoggingServiceV2Client(
    googleEndpoint({ host: '127.0.0.1', port: sandbox.basePort }, 'observe', 'logging'),
  );
  const parent = `projects/${place.project}/locations/${place.location}`;

  /** The whole resource and its own policy, as the API answers them. */
  async function look({ kind, name }: Pick<Seeded, 'kind' | 'name'>): Promise<Looked> {
    const resource = `${parent}/${collections[kind]}/${name}`;
    // The version that tells conditions.
    const policyOf = { resource, options: { requestedPolicyVersion: 3 } };
    const read = {
      service: () => Promise.all([services.getService({ name: resource }), services.getIamPolicy(policyOf)]),
      job: () => Promise.all([jobs.getJob({ name: resource }), jobs.getIamPolicy(policyOf)]),
      workerPool: () =>
        Promise.all([workerPools.getWorkerPool({ name: resource }), workerPools.getIamPolicy(policyOf)]),
      // The client has no method for its policy.
      instance: async () => [await instances.getInstance({ name: resource }), [{}]] as const,
    };
    const [[found], [policy]] = await read[kind]();
    return JSON.parse(JSON.stringify({ found, policy })) as Looked;
  }

  return {
    look,

    /** The same, without what undo does not give back. */
    fieldsOf: async (seeded: Pick<Seeded, 'kind' | 'name'>): Promise<Json> => comparable(await look(seeded)),

    /** True where the resource, or the revision that the target names, is there no more. */
    async isGone(target: Target): Promise<boolean> {
      const { kind, revision } = target;
      const name = targetName(target);
      const read = {
        service: () => services.getService({ name }),
        job: () => jobs.getJob({ name }),
        workerPool: () => workerPools.getWorkerPool({ name }),
        instance: () => instances.getInstance({ name }),
      };
      const asked =
        revision === undefined ? read[kind]() : revisions.getRevision({ name: `${name}/revisions/${revision}` });
      return asked.then(
        ([{ deleteTime }]) => (deleteTime ?? null) !== null,
        (error: { readonly code?: number }) => {
          if (error.code === status.NOT_FOUND) return true;
          throw error;
        },
      );
    },

    /** What of the threat lives now: the compromised revision, or the job's executions. */
    async alive({ kind, name, part }: Seeded): Promise<string[]> {
      if (kind === 'job') return runningExecutions(sandbox, name);
      if (kind === 'instance') return runsNow((await look({ kind, name })).found) ? [name] : [];
      const response = await fetch(`http://127.0.0.1:${sandbox.basePort}/cloud-run/instances?service=${name}`);
      const { instances } = (await response.json()) as { instances: { revision: string }[] };
      return instances.flatMap(({ revision }) => (revision === part ? [revision] : []));
    },

    /** How often the threat wrote from that time on, RFC 3339. */
    async beaconsSince({ kind, name, facts }: Seeded, time: string): Promise<number> {
      const resource = { kind, name, project: place.project, location: place.location };
      const [entries] = await logs.listLogEntries(
        {
          resourceNames: [`projects/${place.project}`],
          filter: `${resourceFilter(resource)} AND textPayload:"${beaconOf(facts)}" AND timestamp>="${time}"`,
          pageSize: 1_000,
        },
        { autoPaginate: false },
      );
      return entries.length;
    },

    async close(): Promise<void> {
      await Promise.all([services, workerPools, jobs, revisions, instances, logs].map((client) => client.close()));
    },
  };
}

/** As Cloud Run says of an instance. */
function runsNow({ terminalCondition }: Looked['found']): boolean {
  return JSON.stringify(terminalCondition).includes('CONDITION_SUCCEEDED');
}

/** What looks at the resources. */
export type Eyes = ReturnType<typeof openEyes>;
