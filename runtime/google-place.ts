import type { Endpoint, Endpoints, GoogleApi } from './endpoints.ts';

/** Ports of the sandbox, counted from its first: one an identity; `owner` is who deploys. On Google Cloud the identity is the process's service account. */
const sandboxPort = { owner: 2, intake: 3, observe: 4, respond: 5, 'respond-iam': 6, destructive: 7 } as const;

export type GoogleIdentity = keyof typeof sandboxPort;

/** Where Google's APIs are: a sandbox, by its first port, or Google Cloud, with what of it is elsewhere than usual. */
export type GooglePlace = { readonly host: string; readonly port: number } | { readonly endpoints: Endpoints };

/** Whether it is a sandbox. */
export function isSandbox(place: GooglePlace): place is Extract<GooglePlace, { port: number }> {
  return 'port' in place;
}

/** Where an identity reaches an API; undefined for Google's usual host. A sandbox serves every API on the identity's port. */
export function endpointOf(place: GooglePlace, api: GoogleApi, identity: GoogleIdentity): Endpoint | undefined {
  if (isSandbox(place)) return { host: place.host, port: place.port + sandboxPort[identity], plain: true };
  return place.endpoints[api];
}
