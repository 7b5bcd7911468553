import type { ServiceDescription } from '../../../sandbox/cloud-run/seed.ts';
import type { Snapshot } from '../../../sandbox/cloud-run/service-record.ts';
import type { CallRecord } from '../../../sandbox/kernel/calls.ts';
import type { FaultRule } from '../../../sandbox/kernel/faults.ts';
import type { ReputationSeed } from '../../../sandbox/virustotal/answers.ts';

/** What the sandbox keeps of a service, as far as these tests look at it. */
export interface KeptService {
  readonly name: string;
  /** Counts accepted changes. */
  readonly generation: number;
  /** What was in force, oldest first. */
  readonly history: readonly Snapshot[];
}

/** A sandbox in a process of its own, by its control API. */
export type SandboxControlClient = ReturnType<typeof sandboxControl>;

/** `basePort`: the sandbox's first port. Every function throws where the sandbox does not answer or refuses. */
export function sandboxControl(basePort: number) {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${basePort}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  return {
    seedService: (description: ServiceDescription) => call('POST', '/cloud-run/services', description),
    seedReputation: (seed: ReputationSeed) => call('PUT', '/virustotal', seed),
    publish: (notification: object) => call('POST', '/publish', notification),
    /** Sends bytes without making a finding exist. */
    publishRaw: (text: string) =>
      call('POST', '/messages', { dataBase64: Buffer.from(text, 'utf8').toString('base64') }),
    fault: (rule: FaultRule) => call('POST', '/faults', rule),
    clearFaults: () => call('DELETE', '/faults'),
    async calls(method?: string): Promise<readonly CallRecord[]> {
      const query = method === undefined ? '' : `?method=${method}`;
      return (await call<{ calls: CallRecord[] }>('GET', `/calls${query}`)).calls;
    },
    /** Everything that the sandbox keeps, by section. */
    state: () => call<Record<string, unknown>>('GET', '/state'),
    async service(name: string): Promise<KeptService> {
      const { 'cloud-run': section } = await call<{ 'cloud-run': { services: Record<string, KeptService> } }>(
        'GET',
        '/state',
      );
      const found = Object.values(section.services).find((service) => service.name === name);
      if (found === undefined) throw new Error(`the sandbox has no service ${name}`);
      return found;
    },
    /** The revisions of a service that have instances now. */
    async liveRevisions(service: string): Promise<string[]> {
      const { instances } = await call<{ instances: { revision: string }[] }>(
        'GET',
        `/cloud-run/instances?service=${service}`,
      );
      return instances.map(({ revision }) => revision);
    },
  };
}
