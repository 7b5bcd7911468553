import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pubsubClient } from '../intake/pubsub-client.ts';
import type { FindingFacts } from '../model/observation.ts';
import { freeBasePort } from '../sandbox/kernel/free-port.ts';
import { portOffset, type Role } from '../sandbox/kernel/service.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { responderOf } from '../worker/responders.ts';
import { createProgram } from '../cli/program.ts';
import { enabledServices } from '../cli/preflight/enabled-services.ts';
import { permissionTester } from './permission-tester.ts';
import { readConfiguration } from './configuration.ts';
import { type GoogleApi, googleApis, parseEndpoint } from './endpoints.ts';
import {
  closeClients,
  googleEndpoint,
  monitoringClient,
  observeClients,
  projectsClient,
  schedulerClient,
} from './google-clients.ts';
import type { GooglePlace } from './google-place.ts';
import { unaryCaller } from './unary-grpc.ts';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-endpoints-'));
  sandbox = await startSandbox({ basePort: await freeBasePort(), quotas: 'off' });
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

test.each([
  ['securitycenter.eu.rep.googleapis.com', 'securitycenter.eu.rep.googleapis.com', 443, false],
  ['europe-west1-pubsub.googleapis.com:8443', 'europe-west1-pubsub.googleapis.com', 8443, false],
  ['10.0.0.7:443', '10.0.0.7', 443, false],
  ['[fd00::1]:443', 'fd00::1', 443, false],
  ['127.0.0.1:7614', '127.0.0.1', 7614, true],
  ['localhost:7614', 'localhost', 7614, true],
  ['[::1]:7614', '::1', 7614, true],
  // A name that only begins like loopback is somebody else's machine.
  ['127.0.0.1.example.com:80', '127.0.0.1.example.com', 80, false],
  ['localhost.example.com', 'localhost.example.com', 443, false],
])('%s is spoken to at the right port, in plain text on loopback only', (text, host, port, plain) => {
  expect(parseEndpoint(text)).toEqual({ host, port, plain });
});

test.each([
  'https://run.googleapis.com',
  'run.googleapis.com/v2',
  'ana@run.googleapis.com',
  'run.googleapis.com:0',
  'run.googleapis.com:65536',
  'run.googleapis.com:',
  'run.googleapis.com,logging.googleapis.com',
  '-run.googleapis.com',
  '::1',
  ' run.googleapis.com',
  '',
])('%j is no endpoint, and every variable refuses it by name', async (text) => {
  expect(parseEndpoint(text)).toBeUndefined();
  for (const { variable } of Object.values(googleApis))
    await expect(readConfiguration(folder, { [variable]: text })).rejects.toThrow(`${variable} must be a host`);
});

test('docs/preflight.md and the help of preflight name every endpoint with its usual host', async () => {
  const page = await readFile(new URL('../docs/preflight.md', import.meta.url), 'utf8');
  let help = '';
  const preflight = createProgram().commands.find((command) => command.name() === 'preflight')!;
  preflight.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  for (const { variable, host } of Object.values(googleApis)) {
    expect(page).toContain(`| \`${variable}\` | ${host} |`);
    expect(help).toMatch(new RegExp(`^  ${variable} +${host.replaceAll('.', '\\.')}$`, 'm'));
  }
});

test('an endpoint and a sandbox exclude each other, and the message names the variable', async () => {
  const both = { FIREBREAK_SANDBOX: '127.0.0.1:7610', FIREBREAK_SCC_ENDPOINT: 'securitycenter.eu.rep.googleapis.com' };
  await expect(readConfiguration(folder, both)).rejects.toThrow(/FIREBREAK_SCC_ENDPOINT and the sandbox at 127/);
});

test('VirusTotal’s key goes over TLS, or stays on this machine', async () => {
  const read = async (url: string) => (await readConfiguration(folder, { FIREBREAK_VIRUSTOTAL_URL: url })).virusTotal;
  await expect(read('http://virustotal.example.com/api/v3')).rejects.toThrow('FIREBREAK_VIRUSTOTAL_URL must be https');
  await expect(read('ftp://www.virustotal.com/api/v3')).rejects.toThrow('FIREBREAK_VIRUSTOTAL_URL');
  expect(await read('https://mirror.example.com/api/v3')).toMatchObject({ url: 'https://mirror.example.com/api/v3' });
  expect(await read('http://127.0.0.1:7611/api/v3')).toMatchObject({ url: 'http://127.0.0.1:7611/api/v3' });
});

test('a client of an API with an endpoint goes there over TLS, and all others where they usually go', async () => {
  const { google } = await readConfiguration(folder, {
    FIREBREAK_SCC_ENDPOINT: 'securitycenter.eu.rep.googleapis.com',
    FIREBREAK_PUBSUB_ENDPOINT: 'pubsub.example.com:8443',
  });
  expect(googleEndpoint(google, 'observe', 'scc')).toEqual({
    apiEndpoint: 'securitycenter.eu.rep.googleapis.com',
    port: 443,
  });
  for (const api of ['run', 'logging', 'monitoring', 'scheduler', 'resource-manager'] as const)
    expect(googleEndpoint(google, 'observe', api)).toEqual({});
  // This client takes a host outside googleapis.com for an emulator, and would speak plain text to it.
  const { options, isEmulator } = pubsubClient(google);
  expect({ isEmulator, ...options }).toMatchObject({
    isEmulator: false,
    servicePath: 'pubsub.example.com',
    port: 8443,
  });
  expect(options.sslCreds).toBeUndefined();
});

/** One call of each API, by the client that the engine makes for it. */
const calls: Readonly<Record<GoogleApi, (google: GooglePlace, project: string) => Promise<unknown>>> = {
  scc: (google, project) =>
    using(observeClients(google), ({ findings }) => findings.listFindings({ parent: `${project}/sources/-` }, once)),
  run: async (google, project) => {
    const parent = `${project}/locations/europe-west1`;
    await using(observeClients(google), async ({ services, jobs, workerPools }) => {
      await services.listServices({ parent }, once);
      await jobs.listJobs({ parent }, once);
      await workerPools.listWorkerPools({ parent }, once);
    });
    const responder = responderOf('respond', google, 'live');
    await responder.readSettings(
      { kind: 'service', project: project.slice(9), location: 'europe-west1', name: 'nothing' },
      nothingSaid,
    );
    await responder.close();
  },
  logging: (google, project) =>
    using(observeClients(google), ({ logs }) => logs.listLogEntries({ resourceNames: [project] }, once)),
  monitoring: async (google, name) => {
    const filter =
      'metric.type = "run.googleapis.com/container/instance_count" AND resource.type = "cloud_run_revision"';
    const interval = { startTime: { seconds: 1 }, endTime: { seconds: 2 } };
    await using({ metrics: await monitoringClient(google) }, ({ metrics }) =>
      metrics.listTimeSeries({ name, filter, interval, view: 'FULL' }, once),
    );
  },
  pubsub: async (google, project) => {
    const pubsub = pubsubClient(google);
    await pubsub.subscription(`${project}/subscriptions/firebreak`).getMetadata({ timeout: 2_000 });
    await pubsub.close();
  },
  scheduler: async (google, project) =>
    using({ schedules: await schedulerClient(google) }, ({ schedules }) =>
      schedules.listJobs({ parent: `${project}/locations/europe-west1` }, once),
    ),
  'resource-manager': async (google, resource) =>
    using({ projects: await projectsClient(google) }, ({ projects }) => projects.getIamPolicy({ resource }, once)),
  iam: (google) => tested(google, 'account', 'projects/-/serviceAccounts/nobody@example.com'),
  'service-usage': (google, project) => {
    const { services, ...others } = observeClients(google);
    return using({ services, ...others, caller: unaryCaller(google, 'owner', services) }, ({ caller }) =>
      enabledServices(caller, project.slice(9), ['run.googleapis.com']),
    );
  },
  'artifact-registry': (google, project) =>
    tested(google, 'repository', `${project}/locations/europe-west1/repositories/shop`),
};
const once = { retry: null, timeout: 2_000, autoPaginate: false } as const;
const nothingSaid: FindingFacts = { eventTime: '2026-11-20T00:00:00Z', containers: [] } as unknown as FindingFacts;

/** Who may call, where that is not observe. */
const by: Partial<Record<GoogleApi, Role>> = { pubsub: 'intake', 'service-usage': 'publisher' };

async function tested(google: GooglePlace, on: 'account' | 'repository', resource: string): Promise<unknown> {
  return using({ tester: permissionTester(google, 'respond', observeClients(google).services) }, ({ tester }) =>
    tester.test(on, resource, ['iam.serviceAccounts.actAs']),
  );
}

async function using<T extends Readonly<Record<string, { close(): Promise<void> }>>>(
  clients: T,
  call: (clients: T) => Promise<unknown>,
): Promise<unknown> {
  try {
    return await call(clients);
  } finally {
    await closeClients(clients);
  }
}

test.each(Object.keys(googleApis) as GoogleApi[])('clients of %s take its endpoint, and no other', async (api) => {
  const at = (role: Role) => `127.0.0.1:${sandbox.basePort + portOffset[role]}`;
  const { google } = await readConfiguration(folder, {
    ...Object.fromEntries(Object.values(googleApis).map(({ variable }) => [variable, '127.0.0.1:1'])),
    [googleApis[api].variable]: at(by[api] ?? 'observe'),
  });
  sandbox.control.demonstrate();
  await calls[api](google, `projects/${sandbox.project}`);
});
