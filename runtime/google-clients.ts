import { credentials } from '@grpc/grpc-js';
import { v2 as logging } from '@google-cloud/logging';
import {
  ExecutionsClient,
  InstancesClient,
  JobsClient,
  protos,
  RevisionsClient,
  ServicesClient,
  WorkerPoolsClient,
} from '@google-cloud/run';
import { v2 as securityCenter } from '@google-cloud/security-center';
import type { Mode, ResponderRole } from '../model/plan.ts';
import type { GoogleApi } from './endpoints.ts';
import { endpointOf, type GoogleIdentity, type GooglePlace } from './google-place.ts';
import { writeBarrier } from './write-barrier.ts';

const run = protos.google.cloud.run.v2;

/**
 * What a Google client is made with, to reach an API as an identity: nothing for Google's usual host (TLS, application default credentials), another
 * host, or in plain text and without credentials what listens on this machine and the sandbox.
 */
export function googleEndpoint(place: GooglePlace, identity: GoogleIdentity, api: GoogleApi) {
  const endpoint = endpointOf(place, api, identity);
  if (endpoint === undefined) return {};
  const { host: apiEndpoint, port, plain } = endpoint;
  if (!plain) return { apiEndpoint, port };
  // Off Google Cloud the client would look for a metadata server, and wait.
  process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  return { apiEndpoint, port, sslCreds: credentials.createInsecure(), projectId: 'sandbox' };
}

/** The clients that the observe role reads with. */
export function observeClients(place: GooglePlace) {
  const endpoint = googleEndpoint(place, 'observe', 'run');
  return {
    findings: new securityCenter.SecurityCenterClient(googleEndpoint(place, 'observe', 'scc')),
    services: new ServicesClient(endpoint),
    revisions: new RevisionsClient(endpoint),
    jobs: new JobsClient(endpoint),
    executions: new ExecutionsClient(endpoint),
    workerPools: new WorkerPoolsClient(endpoint),
    instances: new InstancesClient(endpoint),
    logs: new logging.LoggingServiceV2Client(googleEndpoint(place, 'observe', 'logging')),
  };
}

/** The client that instances are counted with. Its package is loaded where it is wanted, and only there. */
export async function monitoringClient(place: GooglePlace) {
  const { MetricServiceClient } = await import('@google-cloud/monitoring');
  return new MetricServiceClient(googleEndpoint(place, 'observe', 'monitoring'));
}

/** The client that a project's policy is read with. Its package is loaded where it is wanted, and only there. */
export async function projectsClient(place: GooglePlace) {
  const { ProjectsClient } = await import('@google-cloud/resource-manager');
  return new ProjectsClient(googleEndpoint(place, 'observe', 'resource-manager'));
}

/** The client that schedules are listed with. Its package is loaded where it is wanted, and only there. */
export async function schedulerClient(place: GooglePlace) {
  const { CloudSchedulerClient } = await import('@google-cloud/scheduler');
  return new CloudSchedulerClient(googleEndpoint(place, 'observe', 'scheduler'));
}

/** For clients that change something: with the write barrier below them, so that in a process of mode `dry-run` they cannot. */
function changingEndpoint(place: GooglePlace, role: ResponderRole, mode: Mode) {
  return { ...googleEndpoint(place, role, 'run'), ...writeBarrier(mode) };
}

/** The clients that the respond role changes services, worker pools, executions and instances with. */
export function respondClients(place: GooglePlace, mode: Mode) {
  const endpoint = changingEndpoint(place, 'respond', mode);
  const services = new ServicesClient(endpoint);
  const workerPools = new WorkerPoolsClient(endpoint);
  const executions = new ExecutionsClient(endpoint);
  const instances = new InstancesClient(endpoint);
  decodeOperationsOnce(services, 'updateService', run.Service);
  decodeOperationsOnce(workerPools, 'updateWorkerPool', run.WorkerPool);
  decodeOperationsOnce(executions, 'cancelExecution', run.Execution);
  decodeOperationsOnce(instances, 'stopInstance', run.Instance);
  decodeOperationsOnce(instances, 'startInstance', run.Instance);
  return {
    services,
    revisions: new RevisionsClient(endpoint),
    workerPools,
    jobs: new JobsClient(endpoint),
    executions,
    instances,
  };
}

/** The clients that the respond-iam role changes policies with. */
export function respondIamClients(place: GooglePlace, mode: Mode) {
  const endpoint = changingEndpoint(place, 'respond-iam', mode);
  return {
    services: new ServicesClient(endpoint),
    jobs: new JobsClient(endpoint),
    workerPools: new WorkerPoolsClient(endpoint),
  };
}

/** The clients that the destructive role deletes with. */
export function destructiveClients(place: GooglePlace, mode: Mode) {
  const endpoint = changingEndpoint(place, 'destructive', mode);
  const services = new ServicesClient(endpoint);
  const revisions = new RevisionsClient(endpoint);
  const jobs = new JobsClient(endpoint);
  decodeOperationsOnce(services, 'deleteService', run.Service);
  decodeOperationsOnce(revisions, 'deleteRevision', run.Revision);
  decodeOperationsOnce(jobs, 'deleteJob', run.Job);
  // To read with: what is to be deleted is looked at first.
  const executions = new ExecutionsClient(endpoint);
  const workerPools = new WorkerPoolsClient(endpoint);
  const instances = new InstancesClient(endpoint);
  return { services, revisions, jobs, executions, workerPools, instances };
}

/** Lets go of the connections of all these clients. */
export async function closeClients(clients: Readonly<Record<string, { close(): Promise<void> }>>): Promise<void> {
  await Promise.all(Object.values(clients).map((client) => client.close()));
}

/**
 * The client binds the decoders of an operation's answer before they are made, so that it makes (compiles) them again for each operation:
 * several milliseconds each. The package's own ready-made ones decode the same.
 */
function decodeOperationsOnce(
  { descriptors }: Pick<ServicesClient, 'descriptors'>,
  method: string,
  type: { decode(bytes: Uint8Array): object },
): void {
  const operation = descriptors.longrunning[method];
  if (operation === undefined) throw new TypeError(`the client has no long-running ${method}`);
  const decode = (bytes: Uint8Array) => type.decode(bytes);
  Object.assign(operation, { responseDecoder: decode, metadataDecoder: decode });
}

export type ObserveClients = ReturnType<typeof observeClients>;
export type RespondClients = ReturnType<typeof respondClients>;
export type RespondIamClients = ReturnType<typeof respondIamClients>;
export type DestructiveClients = ReturnType<typeof destructiveClients>;
