import { credentials } from '@grpc/grpc-js';
import { v2 as logging } from '@google-cloud/logging';
import { protos, RevisionsClient, ServicesClient } from '@google-cloud/run';
import { v2 as securityCenter } from '@google-cloud/security-center';
import type { Mode, ResponderRole } from '../model/plan.ts';
import type { Configuration } from './configuration.ts';
import { writeBarrier } from './write-barrier.ts';

/** The sandbox's gRPC ports, counted from its first: one an identity. On Google Cloud the identity is the process's service account. */
const sandboxPort = { intake: 3, observe: 4, respond: 5, 'respond-iam': 6, destructive: 7 } as const;

export type GoogleIdentity = keyof typeof sandboxPort;

/** Where a Google client connects: nothing said for Google Cloud itself (application default credentials), a local port for the sandbox. */
export function googleEndpoint(sandbox: Configuration['sandbox'], identity: GoogleIdentity) {
  if (sandbox === undefined) return {};
  // Off Google Cloud the client would look for a metadata server, and wait.
  process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  return {
    apiEndpoint: sandbox.host,
    port: sandbox.port + sandboxPort[identity],
    sslCreds: credentials.createInsecure(),
    projectId: 'sandbox',
  };
}

/** The clients that the observe role reads with. */
export function observeClients(sandbox: Configuration['sandbox']) {
  const endpoint = googleEndpoint(sandbox, 'observe');
  return {
    findings: new securityCenter.SecurityCenterClient(endpoint),
    services: new ServicesClient(endpoint),
    revisions: new RevisionsClient(endpoint),
    logs: new logging.LoggingServiceV2Client(endpoint),
  };
}

/** The same for clients that change something: with the write barrier below them. */
export function changingEndpoint(sandbox: Configuration['sandbox'], role: ResponderRole, mode: Mode) {
  return { ...googleEndpoint(sandbox, role), ...writeBarrier(mode) };
}

/** The client that the respond role changes services with; in a process of mode `dry-run` it cannot. */
export function changingServicesClient(sandbox: Configuration['sandbox'], mode: Mode): ServicesClient {
  const services = new ServicesClient(changingEndpoint(sandbox, 'respond', mode));
  decodeOperationsOnce(services);
  return services;
}

/**
 * The client binds the decoders of an operation's answer before they are made, so that it makes (compiles) them again for each operation:
 * several milliseconds each. The package's own ready-made ones decode the same.
 */
function decodeOperationsOnce(services: ServicesClient): void {
  const operation = services.descriptors.longrunning['updateService'];
  if (operation === undefined) throw new TypeError('the client has no long-running updateService');
  const decode = (bytes: Uint8Array) => protos.google.cloud.run.v2.Service.decode(bytes);
  Object.assign(operation, { responseDecoder: decode, metadataDecoder: decode });
}

export type ObserveClients = ReturnType<typeof observeClients>;
