import { v2 as logging } from '@google-cloud/logging';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { v1 as pubsub } from '@google-cloud/pubsub';
import { ProjectsClient } from '@google-cloud/resource-manager';
import {
  ExecutionsClient,
  InstancesClient,
  JobsClient,
  RevisionsClient,
  ServicesClient,
  WorkerPoolsClient,
} from '@google-cloud/run';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { v2 as securityCenter } from '@google-cloud/security-center';
import { googleEndpoint } from '../runtime/google-clients.ts';
import type { GooglePlace } from '../runtime/google-place.ts';

/** The clients that claims are checked with: the packages that the engine uses, in the versions that it uses. */
export type ContractClients = ReturnType<typeof contractClients>;

/** Connects as the engine does. The sandbox takes who connects to a port for that identity, so there each client has the one that may. */
export function contractClients(place: GooglePlace) {
  const run = googleEndpoint(place, 'owner', 'run');
  const pubsubPlace = googleEndpoint(place, 'owner', 'pubsub');
  return {
    services: new ServicesClient(run),
    revisions: new RevisionsClient(run),
    jobs: new JobsClient(run),
    executions: new ExecutionsClient(run),
    workerPools: new WorkerPoolsClient(run),
    instances: new InstancesClient(run),
    publisher: new pubsub.PublisherClient(pubsubPlace),
    subscriber: new pubsub.SubscriberClient(pubsubPlace),
    logs: new logging.LoggingServiceV2Client(googleEndpoint(place, 'observe', 'logging')),
    metrics: new MetricServiceClient(googleEndpoint(place, 'observe', 'monitoring')),
    projects: new ProjectsClient(googleEndpoint(place, 'observe', 'resource-manager')),
    schedules: new CloudSchedulerClient(googleEndpoint(place, 'observe', 'scheduler')),
    findings: new securityCenter.SecurityCenterClient(googleEndpoint(place, 'observe', 'scc')),
  };
}
