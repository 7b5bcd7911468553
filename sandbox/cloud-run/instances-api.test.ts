import { v2 as run } from '@google-cloud/run';
import { credentials, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { portOffset, type Role } from '../kernel/service.ts';
import { seedInstance } from './seed-instance.ts';
import { startTestSandbox, type TestSandbox } from './test-sandbox.ts';

const name = 'projects/rhea-prod-4421/locations/europe-west1/instances/agent';
const place = { project: 'rhea-prod-4421', projectNumber: '710422310001', location: 'europe-west1' } as const;

let sandbox: TestSandbox;
let clients: Readonly<Record<'observe' | 'respond' | 'destructive', run.InstancesClient>>;
beforeAll(async () => {
  sandbox = await startTestSandbox({ seed: 'none' });
  const client = (role: Role) =>
    new run.InstancesClient({
      apiEndpoint: '127.0.0.1',
      port: sandbox.kernel.basePort + portOffset[role],
      sslCreds: credentials.createInsecure(),
    });
  clients = { observe: client('observe'), respond: client('respond'), destructive: client('destructive') };
});
afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()));
  await sandbox.close();
});
beforeEach(() => {
  seedInstance(sandbox.section, {
    ...place,
    name: 'agent',
    createTime: new Date(sandbox.kernel.clock.now() - 60_000).toISOString(),
    image: 'agent@sha256:1',
    sidecars: [{ name: 'proxy', image: 'proxy@sha256:2' }],
    volumes: [{ name: 'work', gcs: { bucket: 'agent-work' } }],
    graceSeconds: 0,
    operationMilliseconds: 0,
  });
});

const condition = async () => (await clients.observe.getInstance({ name }))[0].terminalCondition;

test('an instance has its containers and volumes, and runs; by the project’s number too', async () => {
  const [instance] = await clients.observe.getInstance({ name: name.replace(place.project, place.projectNumber) });
  expect(instance).toMatchObject({
    name,
    containers: [{ name: 'proxy' }, { image: 'agent@sha256:1' }],
    volumes: [{ gcs: { bucket: 'agent-work' } }],
    terminalCondition: { type: 'Running', state: 'CONDITION_SUCCEEDED' },
  });
  const [listed] = await clients.observe.listInstances({ parent: name.slice(0, name.indexOf('/instances')) });
  expect(listed.map((one) => one.name)).toEqual([name]);
});

test('it is stopped and started, with another etag each time; what is so already is refused', async () => {
  const [before] = await clients.observe.getInstance({ name });
  await (await clients.respond.stopInstance({ name, etag: before.etag ?? '' }))[0].promise();
  expect(await condition()).toMatchObject({ type: 'Running', state: 'CONDITION_PENDING' });
  await expect(clients.respond.stopInstance({ name })).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
  await expect(clients.respond.startInstance({ name, etag: before.etag ?? '' })).rejects.toMatchObject({
    code: status.ABORTED,
  });
  await (await clients.respond.startInstance({ name }))[0].promise();
  expect(await condition()).toMatchObject({ state: 'CONDITION_SUCCEEDED' });
});

test('what is only validated changes nothing, and who may not stop it does not', async () => {
  await clients.respond.stopInstance({ name, validateOnly: true });
  expect(await condition()).toMatchObject({ state: 'CONDITION_SUCCEEDED' });
  for (const client of [clients.observe, clients.destructive])
    await expect(client.stopInstance({ name })).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
});
