import { PubSub } from '@google-cloud/pubsub';
import { v2 as securityCenter } from '@google-cloud/security-center';
import { credentials } from '@grpc/grpc-js';
import { afterEach, expect } from 'vitest';
import { freeBasePort } from '../kernel/free-port.ts';
import { portOffset } from '../kernel/service.ts';
import type { Role } from '../kernel/service.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../start-sandbox.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A whole sandbox on ports of its own; it ends with the test. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ basePort: await freeBasePort(), ...options });
  closers.push(() => sandbox.close());
  return sandbox;
}

/** The real client, with the identity of that role. */
export function clientOf(sandbox: Sandbox, role: Role = 'observe'): securityCenter.SecurityCenterClient {
  const client = new securityCenter.SecurityCenterClient({
    apiEndpoint: '127.0.0.1',
    port: sandbox.basePort + portOffset[role],
    sslCreds: credentials.createInsecure(),
  });
  closers.push(() => client.close());
  return client;
}

/** The findings that arrive over Pub/Sub, in order, each acknowledged. */
export function notifications(sandbox: Sandbox): {
  next: () => Promise<{ finding: Record<string, unknown>; text: string }>;
} {
  const pubsub = new PubSub({
    projectId: sandbox.project,
    apiEndpoint: `127.0.0.1:${sandbox.basePort + portOffset.intake}`,
    emulatorMode: true,
  });
  const subscription = pubsub.subscription('firebreak', { streamingOptions: { maxStreams: 1 } });
  const received: string[] = [];
  subscription.on('message', (message) => {
    received.push(message.data.toString());
    message.ack();
  });
  closers.push(
    () => pubsub.close(),
    () => subscription.close(),
  );
  return {
    next: async () => {
      await expect.poll(() => received.length, { timeout: 20_000 }).toBeGreaterThan(0);
      const text = received.shift() ?? '';
      return { ...(JSON.parse(text) as { finding: Record<string, unknown> }), text };
    },
  };
}

/** The organization of the findings below. */
export const organization = 'organizations/514203345678';
/** All sources of the organization. */
export const parent = `${organization}/sources/-/locations/global`;
/** The name of a finding. */
export const name = (id: string): string => `${organization}/sources/771/locations/global/findings/${id}`;

/** A notification about a finding, as it is published. */
export function document(
  id: string,
  overrides: Record<string, unknown> = {},
): { finding: Record<string, unknown>; resource: Record<string, unknown> } {
  return {
    finding: {
      name: name(id),
      canonicalName: `projects/667700112233/sources/771/locations/global/findings/${id}`,
      parent: `${organization}/sources/771/locations/global`,
      parentDisplayName: 'Cloud Run Threat Detection',
      resourceName: '//run.googleapis.com/projects/rhea-prod-4421/locations/europe-west1/services/checkout',
      state: 'ACTIVE',
      category: 'Reverse Shell',
      severity: 'CRITICAL',
      findingClass: 'THREAT',
      mute: 'UNDEFINED',
      eventTime: '2026-11-21T10:00:00.123Z',
      createTime: '2026-11-21T10:00:01Z',
      externalUri: 'https://console.example.com/finding?id=1',
      sourceProperties: {
        Reverse_Shell_Stdin_Redirection_Dst_Ip: '203.0.113.9',
        Reverse_Shell_Stdin_Redirection_Dst_Port: 4444,
      },
      processes: [{ binary: { path: '/bin/bash', size: '48216' }, args: ['bash', '-i'], pid: '7' }],
      launchState: 'A_FIELD_OF_NO_PROTO',
      ...overrides,
    },
    resource: {
      name: '//run.googleapis.com/projects/rhea-prod-4421/locations/europe-west1/services/checkout',
      type: 'google.cloud.run.Service',
      gcpMetadata: {
        project: '//cloudresourcemanager.googleapis.com/projects/667700112233',
        projectDisplayName: 'rhea-prod-4421',
        organization,
      },
    },
  };
}

/** The ids of the findings that fit. */
export async function list(sandbox: Sandbox, filter: string, more: object = {}): Promise<string[]> {
  const [results] = await clientOf(sandbox).listFindings({ parent, filter, ...more });
  return results.map(({ finding }) => String(finding?.name).split('/').at(-1) ?? '');
}
