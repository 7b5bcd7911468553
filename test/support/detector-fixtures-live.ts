import { JobsClient, ServicesClient, WorkerPoolsClient } from '@google-cloud/run';
import { v2 as logging } from '@google-cloud/logging';
import { resourceFilter } from '../../activities/log-lines.ts';
import type { Json } from '../../model/json.ts';
import { googleEndpoint } from '../../runtime/google-clients.ts';
import { portOffset } from '../../sandbox/kernel/service.ts';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import { beaconOf, collections, place, runningExecutions, type Seeded } from './detector-fixtures-resource.ts';
import { comparable } from './not-given-back.ts';

/** Looks at the resources as their owners do, with Google's own clients: nothing of the engine is asked. */
export function openEyes(sandbox: Sandbox) {
  const endpoint = {
    ...googleEndpoint({ host: '127.0.0.1', port: sandbox.basePort }, 'observe'),
    port: sandbox.basePort + portOffset.publisher,
  };
  const services = new ServicesClient(endpoint);
  const workerPools = new WorkerPoolsClient(endpoint);
  const jobs = new JobsClient(endpoint);
  const logs = new logging.LoggingServiceV2Client(
    googleEndpoint({ host: '127.0.0.1', port: sandbox.basePort }, 'observe'),
  );
  const parent = `projects/${place.project}/locations/${place.location}`;

  return {
    /** The whole resource and its own policy, without what undo does not give back. */
    async fieldsOf({ kind, name }: Pick<Seeded, 'kind' | 'name'>): Promise<Json> {
      const resource = `${parent}/${collections[kind]}/${name}`;
      // The version that tells conditions.
      const policyOf = { resource, options: { requestedPolicyVersion: 3 } };
      const read = {
        service: () => Promise.all([services.getService({ name: resource }), services.getIamPolicy(policyOf)]),
        job: () => Promise.all([jobs.getJob({ name: resource }), jobs.getIamPolicy(policyOf)]),
        workerPool: () =>
          Promise.all([workerPools.getWorkerPool({ name: resource }), workerPools.getIamPolicy(policyOf)]),
      };
      const [[found], [policy]] = await read[kind]();
      return comparable(JSON.parse(JSON.stringify({ found, policy })) as Json);
    },

    /** What of the threat lives now: the compromised revision, or the job's executions. */
    async alive({ kind, name, part }: Seeded): Promise<string[]> {
      if (kind === 'job') return runningExecutions(sandbox, name);
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
      await Promise.all([services, workerPools, jobs, logs].map((client) => client.close()));
    },
  };
}

/** What looks at the resources. */
export type Eyes = ReturnType<typeof openEyes>;
