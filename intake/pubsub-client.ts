import { PubSub } from '@google-cloud/pubsub';
import type { Configuration } from '../runtime/configuration.ts';
import { googleEndpoint } from '../runtime/google-clients.ts';

/** The Pub/Sub client that intake pulls with: Google Cloud's (application default credentials), or the sandbox's. */
export function pubsubClient(sandbox: Configuration['sandbox']): PubSub {
  const { apiEndpoint, port, projectId } = googleEndpoint(sandbox, 'intake');
  if (apiEndpoint === undefined) return new PubSub();
  // This client takes the port from the endpoint's text, and goes without TLS and credentials in emulator mode only.
  return new PubSub({ apiEndpoint: `${apiEndpoint}:${port}`, emulatorMode: true, projectId });
}
