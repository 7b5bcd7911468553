import { PubSub } from '@google-cloud/pubsub';
import { endpointOf, type GooglePlace } from '../runtime/google-place.ts';

/** The Pub/Sub client that intake pulls with: Google Cloud's (application default credentials), or what listens in its place. */
export function pubsubClient(place: GooglePlace): PubSub {
  const endpoint = endpointOf(place, 'pubsub', 'intake');
  if (endpoint === undefined) return new PubSub();
  const { host, port, plain } = endpoint;
  // This client takes the port from the endpoint's text, and goes without TLS and credentials in emulator mode only, which it falls into by
  // itself for any host outside googleapis.com.
  return new PubSub({ apiEndpoint: `${host}:${port}`, emulatorMode: plain, ...(plain && { projectId: 'sandbox' }) });
}
