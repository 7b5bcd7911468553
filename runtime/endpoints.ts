/**
 * Every Google API that is called, by the variable that moves it: to a region (data residency), to a private address, or to a stand-in on this
 * machine. Source of the hosts: each client package's own default; regional ones: Google Cloud, Regional service endpoints.
 */
export const googleApis = {
  scc: {
    title: 'Security Command Center',
    variable: 'FIREBREAK_SCC_ENDPOINT',
    host: 'securitycenter.googleapis.com',
    other: 'with data residency securitycenter.LOCATION.rep.googleapis.com (eu, us, sa)',
  },
  run: {
    title: 'Cloud Run',
    variable: 'FIREBREAK_RUN_ENDPOINT',
    host: 'run.googleapis.com',
    other: 'for one region run.REGION.rep.googleapis.com; the global one reaches all',
  },
  logging: {
    title: 'Cloud Logging',
    variable: 'FIREBREAK_LOGGING_ENDPOINT',
    host: 'logging.googleapis.com',
    other: 'for one region logging.REGION.rep.googleapis.com',
  },
  monitoring: {
    title: 'Cloud Monitoring',
    variable: 'FIREBREAK_MONITORING_ENDPOINT',
    host: 'monitoring.googleapis.com',
    other: 'for one region monitoring.REGION.rep.googleapis.com',
  },
  pubsub: {
    title: 'Pub/Sub',
    variable: 'FIREBREAK_PUBSUB_ENDPOINT',
    host: 'pubsub.googleapis.com',
    other: 'for one region REGION-pubsub.googleapis.com',
  },
  scheduler: {
    title: 'Cloud Scheduler',
    variable: 'FIREBREAK_SCHEDULER_ENDPOINT',
    host: 'cloudscheduler.googleapis.com',
    other: '',
  },
  'resource-manager': {
    title: 'Resource Manager',
    variable: 'FIREBREAK_RESOURCE_MANAGER_ENDPOINT',
    host: 'cloudresourcemanager.googleapis.com',
    other: '',
  },
  iam: { title: 'IAM', variable: 'FIREBREAK_IAM_ENDPOINT', host: 'iam.googleapis.com', other: '' },
  'artifact-registry': {
    title: 'Artifact Registry',
    variable: 'FIREBREAK_ARTIFACT_REGISTRY_ENDPOINT',
    host: 'artifactregistry.googleapis.com',
    other: 'for one region artifactregistry.REGION.rep.googleapis.com',
  },
  'service-usage': {
    title: 'Service Usage',
    variable: 'FIREBREAK_SERVICE_USAGE_ENDPOINT',
    host: 'serviceusage.googleapis.com',
    other: '',
  },
} as const;

export type GoogleApi = keyof typeof googleApis;

/** Where one API is reached: over TLS with application default credentials; on loopback in plain text and without any. */
export interface Endpoint {
  /** A DNS name, an IPv4 address or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly plain: boolean;
}

/** What is elsewhere than Google's usual host. */
export type Endpoints = Readonly<Partial<Record<GoogleApi, Endpoint>>>;

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const grammar = new RegExp(`^(?:(${label}(?:\\.${label})*)|\\[([0-9a-f:.]{2,45})\\])(?::([1-9][0-9]{0,4}))?$`, 'i');
const loopback = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|::1)$/i;

/** Reads `host`, `host:port` or `[address]:port`; undefined for any other text: an endpoint has no scheme, no path and no user. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, name, address, port = '443'] = grammar.exec(text) ?? [];
  const host = name ?? address;
  if (host === undefined || host.length > 253 || Number(port) > 65_535) return undefined;
  return { host, port: Number(port), plain: loopback.test(host) };
}
