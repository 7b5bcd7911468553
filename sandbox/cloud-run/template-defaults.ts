import type { JobRecord } from './job-record.ts';
import type { ServiceRecord, Template } from './service-record.ts';

type Kind = ServiceRecord['kind'] | JobRecord['kind'];

/**
 * A template with what the service fills in where it was not given: the default compute account, resources, and by kind a port, a probe, times.
 * Recorded from the real service for services and jobs; for worker pools assumed as far as their template has the fields.
 */
export function withDefaults(template: Template, kind: Kind, projectNumber: string): Template {
  const { containers, ...given } = template;
  return {
    ...ofKind[kind],
    serviceAccount: `${projectNumber}-compute@developer.gserviceaccount.com`,
    ...given,
    containers: (Array.isArray(containers) ? containers : []).map((container: Template, _, all) =>
      filled(container, kind === 'services' && (all.length === 1 || container['ports'] !== undefined)),
    ),
  };
}

const ofKind: Readonly<Record<Kind, Template>> = {
  services: { timeout: { seconds: '300' }, maxInstanceRequestConcurrency: 80 },
  workerPools: {},
  jobs: { timeout: { seconds: '600' }, executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2' },
};

/** The container with a port takes the requests of a service, and the only one where there is no other. */
function filled(container: Template, ingress: boolean): Template {
  const resources: Template = { limits: { cpu: '1000m', memory: '512Mi' }, ...(ingress && { cpuIdle: true }) };
  if (!ingress) return { resources, ...container };
  const { ports = [{ name: 'http1', containerPort: 8080 }] } = container;
  return {
    resources,
    startupProbe: { timeoutSeconds: 240, periodSeconds: 240, failureThreshold: 1, tcpSocket: { port: 8080 } },
    ...container,
    ports,
  };
}
