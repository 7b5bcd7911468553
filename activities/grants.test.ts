import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantsSchema, type Grant } from '../model/grants.ts';
import { parsed } from '../model/parse.ts';
import type { Target } from '../model/plan.ts';
import { newSigningKey, publicHalf, type SigningKey } from '../runtime/signatures.ts';
import { digestOf } from '../model/digest.ts';
import { closeClients, respondClients } from '../runtime/google-clients.ts';
import { permissionTester } from '../runtime/permission-tester.ts';
import { whyNotGrants } from '../runtime/verify-grants.ts';
import { freeBasePort } from '../sandbox/kernel/free-port.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { grantActivities, type SealedGrants } from './grants.ts';

const place = { project: 'rhea-prod-4421', location: 'europe-west1', name: 'granted' } as const;
const image = 'europe-west1-docker.pkg.dev/rhea-prod-4421/apps/shop:1';
const sidecar = 'us-docker.pkg.dev/tools/mesh/proxy:2';
const apps = 'projects/rhea-prod-4421/locations/europe-west1/repositories/apps';
const actAs = { role: 'respond', permission: 'iam.serviceAccounts.actAs' } as const;
const download = { role: 'respond', permission: 'artifactregistry.repositories.downloadArtifacts' } as const;

let sandbox: Sandbox;
let key: SigningKey;
let clients: ReturnType<typeof respondClients>;
let tester: ReturnType<typeof permissionTester>;
beforeAll(async () => {
  sandbox = await startSandbox({ basePort: await freeBasePort(), pace: 'brisk' });
  key = await newSigningKey('respond');
  const google = { host: '127.0.0.1', port: sandbox.basePort };
  clients = respondClients(google, 'live');
  tester = permissionTester(google, 'respond', clients.services);
});
afterAll(async () => {
  await closeClients({ ...clients, tester });
  await sandbox.close();
});

let count = 0;

/** A resource with an account of its own, since what is granted is believed for a while. */
function seeded(kind: 'service' | 'workerPool'): { readonly target: Target; readonly account: string } {
  count += 1;
  const account = `shop-${count}@rhea-prod-4421.iam.gserviceaccount.com`;
  const described = {
    ...place,
    name: `granted-${count}`,
    projectNumber: '481516234200',
    revisions: [{ name: `granted-${count}-1`, image, serviceAccount: account, createTime: '2026-11-20T00:00:00Z' }],
  };
  if (kind === 'service') sandbox.control.seedService(described);
  else sandbox.control.seedWorkerPool({ ...described, scaling: { mode: 'MANUAL', manual: 1 } });
  return { target: { ...place, kind, name: described.name }, account };
}

function look(target: Target, activities = grantActivities({ clients, tester, key })): Promise<SealedGrants> {
  const workflowExecution = { workflowId: 'finding-1', runId: 'run-1' };
  return new MockActivityEnvironment({ workflowExecution }).run(
    (asked: Target) => activities.lookAtGrants(asked),
    target,
  );
}

const answers = ({ value }: SealedGrants): string[] =>
  value.grants.map(({ permission, name, answer }: Grant) => `${permission} ${name.split('/').at(-1)} ${answer}`);

test.each(['service', 'workerPool'] as const)(
  'of a %s: what updates it, its account and its images are asked one by one; what is granted needs no validation',
  async (kind) => {
    const { target, account } = seeded(kind);
    sandbox.control.seedGrants([
      { ...actAs, on: account },
      { ...download, on: apps },
    ]);
    const seen = await look(target);
    expect(parsed(grantsSchema, seen.value, 'answer')).toEqual(seen.value);
    expect(answers(seen)).toEqual([
      `run.${kind === 'service' ? 'services' : 'workerpools'}.update ${target.name} granted`,
      `iam.serviceAccounts.actAs ${account} granted`,
      'artifactregistry.repositories.downloadArtifacts apps granted',
    ]);
    expect(seen.value).toMatchObject({ case: 'finding-1', run: 'run-1', account, validation: 'not-asked' });
  },
);

test.each(['service', 'workerPool'] as const)(
  'of a %s: where something lacks Google validates an update that writes what is there, and nothing is changed',
  async (kind) => {
    const { target, account } = seeded(kind);
    sandbox.control.seedGrants([{ ...download, on: apps }]);
    sandbox.control.clearCalls();
    const seen = await look(target);
    expect(answers(seen)).toContain(`iam.serviceAccounts.actAs ${account} lacking`);
    expect(seen.value.validation).toBe('refused');
    const updates = sandbox.control.calls().filter(({ method }) => method.includes('/Update'));
    expect(updates.map(({ request }) => (request as { validateOnly?: boolean }).validateOnly)).toEqual([true]);
    sandbox.control.setReality({ 'update-permissions': 'not-asked' });
    expect((await look(target)).value.validation).toBe('passed');
    sandbox.control.setReality({ 'update-permissions': 'asked' });
  },
);

test('what lacks is asked again each time, what is granted is believed for a while', async () => {
  const { target, account } = seeded('service');
  const activities = grantActivities({ clients, tester, key });
  sandbox.control.seedGrants([{ ...download, on: apps }]);
  for (let times = 0; times < 2; times += 1)
    expect(answers(await look(target, activities))).toContain(`iam.serviceAccounts.actAs ${account} lacking`);
  sandbox.control.seedGrants([
    { ...actAs, on: account },
    { ...download, on: apps },
  ]);
  expect(answers(await look(target, activities))).toContain(`iam.serviceAccounts.actAs ${account} granted`);
  sandbox.control.clearCalls();
  await look(target, activities);
  expect(sandbox.control.calls().filter(({ method }) => method.includes('TestIamPermissions'))).toEqual([]);
});

test('an API that does not answer makes one permission not known, and none lacking', async () => {
  const { target, account } = seeded('service');
  sandbox.control.seedGrants([{ ...download, on: apps }]);
  sandbox.control.fault({ method: 'IAM/TestIamPermissions', role: 'respond', code: 'UNAVAILABLE', count: 1 });
  const seen = await look(target);
  expect(answers(seen)).toContain(`iam.serviceAccounts.actAs ${account} not-known`);
  expect(seen.value.validation).toBe('not-asked');
});

test('images of all containers count, and only those in Google’s registries', async () => {
  const { target } = seeded('service');
  sandbox.control.seedGrants([]);
  const services = Object.assign(Object.create(clients.services) as typeof clients.services, {
    getService: async () => [
      { name: 'x', template: { containers: [{ image: 'nginx' }, { image }, { image: sidecar }, { image }] } },
    ],
  });
  const { value } = await look(target, grantActivities({ clients: { ...clients, services }, tester, key }));
  expect(value.repositories).toEqual([apps, 'projects/tools/locations/us/repositories/mesh']);
});

test('what respond says is signed by it: another key, another text or another role is noticed', async () => {
  const { target } = seeded('service');
  sandbox.control.seedGrants([]);
  const { value, seal } = await look(target);
  const worker = { id: key.kid, role: 'respond', publicKey: publicHalf(key) } as const;
  const roster = (...workers: readonly object[]) => ({ workers }) as unknown as Parameters<typeof whyNotGrants>[1];
  expect(await whyNotGrants(seal, roster(worker), digestOf(value))).toBeNull();
  expect(await whyNotGrants(seal, roster(worker), digestOf({ ...value, grants: [] }))).toMatch(/not signed by respond/);
  expect(await whyNotGrants(seal, roster({ ...worker, role: 'observe' }), digestOf(value))).toMatch(/not signed/);
  const other = { ...worker, publicKey: publicHalf(await newSigningKey('respond')) };
  expect(await whyNotGrants(seal, roster(other), digestOf(value))).toMatch(/not signed by respond/);
});

test.each([
  ['a job', { ...place, kind: 'job' }],
  ['what is no target', { ...place, kind: 'service', name: '../x' }],
])('%s is refused for good, and nothing is read', async (_what, given) => {
  sandbox.control.clearCalls();
  await expect(look(given as Target)).rejects.toMatchObject({ nonRetryable: true, type: 'MalformedError' });
  expect(sandbox.control.calls({ role: 'respond' })).toEqual([]);
});
