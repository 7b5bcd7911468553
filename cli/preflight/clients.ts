import { v2 as logging } from '@google-cloud/logging';
import { v1 as pubsub } from '@google-cloud/pubsub';
import { FoldersClient, OrganizationsClient, ProjectsClient } from '@google-cloud/resource-manager';
import { JobsClient, ServicesClient, WorkerPoolsClient } from '@google-cloud/run';
import { v2 as securityCenter } from '@google-cloud/security-center';
import { googleEndpoint } from '../../runtime/google-clients.ts';
import type { GoogleIdentity, GooglePlace } from '../../runtime/google-place.ts';
import { unaryCaller } from '../../runtime/unary-grpc.ts';

/** Each call has 10 s, and is not tried again. */
export const once = { timeout: 10_000, retry: null } as const;

/** The clients that checks read with: made when they are first wanted, one an identity, closed together. */
export type PreflightClients = ReturnType<typeof preflightClients>;

interface Closing {
  close(): Promise<void>;
}

export function preflightClients(place: GooglePlace) {
  const made = new Map<string, Closing>();

  function kept<T extends Closing>(name: string, make: (as: GoogleIdentity) => T): (as: GoogleIdentity) => T {
    return (as) => {
      const key = `${name} ${as}`;
      const client = made.get(key) ?? make(as);
      made.set(key, client);
      // Under this key there are only clients of this maker.
      return client as T;
    };
  }

  const resourceManager = (as: GoogleIdentity) => googleEndpoint(place, as, 'resource-manager');
  const projects = kept('projects', (as) => new ProjectsClient(resourceManager(as)));
  const services = kept('services', (as) => new ServicesClient(googleEndpoint(place, as, 'run')));
  return {
    projects,
    services,
    folders: kept('folders', (as) => new FoldersClient(resourceManager(as))),
    organizations: kept('organizations', (as) => new OrganizationsClient(resourceManager(as))),
    jobs: kept('jobs', (as) => new JobsClient(googleEndpoint(place, as, 'run'))),
    workerPools: kept('worker pools', (as) => new WorkerPoolsClient(googleEndpoint(place, as, 'run'))),
    findings: kept('findings', (as) => new securityCenter.SecurityCenterClient(googleEndpoint(place, as, 'scc'))),
    subscriber: kept('subscriber', (as) => new pubsub.SubscriberClient(googleEndpoint(place, as, 'pubsub'))),
    logs: kept('logs', (as) => new logging.LoggingServiceV2Client(googleEndpoint(place, as, 'logging'))),
    sinks: kept('sinks', (as) => new logging.ConfigServiceV2Client(googleEndpoint(place, as, 'logging'))),
    /** For APIs that no client package here is for. */
    others: kept('others', (as) => unaryCaller(place, as, services(as))),
    close: async (): Promise<void> => {
      await Promise.allSettled([...made.values()].map((client) => client.close()));
    },
  };
}
