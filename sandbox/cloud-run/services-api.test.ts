import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { checkout, checkoutService, telemetry } from '../scenario/services.ts';
import { seedService } from './seed.ts';
import { beaconsDuring, name, off, startTestSandbox, toGood, update } from './test-sandbox.ts';
import type { TestSandbox } from './test-sandbox.ts';

const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

async function start(options: Parameters<typeof startTestSandbox>[0] = {}): Promise<TestSandbox> {
  const sandbox = await startTestSandbox(options);
  started.push(sandbox);
  return sandbox;
}

const second = 1000;

test('scaling back without minimum and maximum inherits the 0, so the service stays down; with one of the two it is refused', async () => {
  const sandbox = await start();
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  await expect(
    update(sandbox, { scaling: { scalingMode: 'AUTOMATIC', maxInstanceCount: 8 } }, ['scaling']),
  ).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  await update(sandbox, { scaling: { scalingMode: 'AUTOMATIC' } }, ['scaling']);
  sandbox.kernel.clock.advance(60 * second);
  expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toEqual({ instances: [] });
});

test('an update with an etag that is not the current one is aborted and changes nothing, where it counts', async () => {
  const sandbox = await start({ reality: { etag: 'enforced' } });
  const client = sandbox.services('respond');
  const [read] = await client.getService({ name });
  await update(sandbox, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }, ['ingress'], 'publisher');
  await expect(
    client.updateService({ service: { name, etag: read.etag!, traffic: toGood }, updateMask: { paths: ['traffic'] } }),
  ).rejects.toMatchObject({
    code: status.ABORTED,
  });
  const [now] = await client.getService({ name });
  expect(now.traffic).toHaveLength(2);
  await expect(update(sandbox, { etag: now.etag!, traffic: toGood }, ['traffic'])).resolves.toMatchObject({ name });
});

test('validateOnly answers with the service as it would be, and changes nothing', async () => {
  const sandbox = await start();
  const client = sandbox.services('respond');
  const [before] = await client.getService({ name });
  const [operation] = await client.updateService({
    service: { name, traffic: toGood },
    updateMask: { paths: ['traffic'] },
    validateOnly: true,
  });
  const [preview] = await operation.promise();
  expect(preview.traffic).toMatchObject([{ revision: checkout.goodRevision, percent: 100 }]);
  const [after] = await client.getService({ name });
  expect(after).toEqual(before);
  await expect(
    client.updateService({
      service: { name, traffic: [{ ...toGood[0]!, percent: 50 }] },
      updateMask: { paths: ['traffic'] },
      validateOnly: true,
    }),
  ).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
});

test('an operation takes its time: until then the service is reconciling and its old traffic is in force', async () => {
  const sandbox = await start();
  const section = sandbox.kernel.store.section<{ services: Record<string, { operationMilliseconds: number }> }>(
    'cloud-run',
    () => ({ services: {} }),
  );
  section.value.services[name]!.operationMilliseconds = 60_000;
  const client = sandbox.services('respond');
  const [operation] = await client.updateService({
    service: { name, traffic: toGood },
    updateMask: { paths: ['traffic'] },
  });
  const [during] = await client.getService({ name });
  expect(during).toMatchObject({
    reconciling: true,
    generation: '3',
    observedGeneration: '2',
    terminalCondition: { state: 'CONDITION_PENDING' },
  });
  expect(during.traffic).toHaveLength(1);
  expect(during.trafficStatuses).toMatchObject([{ revision: '', percent: 100 }, { tag: 'canary' }]);
  sandbox.kernel.clock.advance(60_000);
  const [after] = await operation.promise();
  expect(after).toMatchObject({
    reconciling: false,
    trafficStatuses: [{ revision: checkout.goodRevision, percent: 100 }],
  });
  const [read] = await client.getService({ name });
  expect(read).toMatchObject({
    generation: '3',
    observedGeneration: '3',
    etag: after.etag,
    lastModifier: 'firebreak-respond@rhea-prod-4421.iam.gserviceaccount.com',
    terminalCondition: { state: 'CONDITION_SUCCEEDED' },
  });
});

test('an operation that ends in error leaves everything as it was', async () => {
  const sandbox = await start();
  await sandbox.control('POST', '/cloud-run/operation-fault', {
    service: 'checkout-api',
    code: 'INTERNAL',
    message: 'the region is on fire',
  });
  await expect(update(sandbox, { traffic: toGood }, ['traffic'])).rejects.toMatchObject({
    code: status.INTERNAL,
    message: expect.stringContaining('on fire'),
  });
  const [after] = await sandbox.services('observe').getService({ name });
  expect(after).toMatchObject({
    reconciling: false,
    terminalCondition: { state: 'CONDITION_FAILED', message: 'the region is on fire' },
  });
  expect(after.traffic).toHaveLength(2);
  expect(await beaconsDuring(sandbox, 30)).toBeGreaterThanOrEqual(29);
  await expect(update(sandbox, { traffic: toGood }, ['traffic'])).resolves.toMatchObject({
    terminalCondition: { state: 4 },
  });
});

test('names take the project id or its number', async () => {
  const sandbox = await start();
  const numbered = name.replace('rhea-prod-4421', '481516234200');
  const [service] = await sandbox.services('observe').getService({ name: numbered });
  expect(service.name).toBe(name);
  const [revisions] = await sandbox.revisions('observe').listRevisions({ parent: numbered });
  expect(revisions.map((revision) => revision.name?.split('/').at(-1))).toEqual([
    checkout.badRevision,
    checkout.goodRevision,
  ]);
  const [revision] = await sandbox
    .revisions('observe')
    .getRevision({ name: `${numbered}/revisions/${checkout.badRevision}` });
  expect(revision.containers?.map(({ image }) => image)).toEqual([
    telemetry.image,
    expect.stringContaining(checkout.badDigest),
  ]);
  const [services] = await sandbox
    .services('observe')
    .listServices({ parent: 'projects/481516234200/locations/europe-west1' });
  expect(services).toHaveLength(2);
  await expect(sandbox.services('observe').getService({ name: `${name}-x` })).rejects.toMatchObject({
    code: status.NOT_FOUND,
  });
});

test.each([
  ['an unknown mask path', { traffic: toGood }, ['trafic'], status.INVALID_ARGUMENT, 'trafic'],
  [
    'an unknown revision',
    { traffic: [{ ...toGood[0]!, revision: 'checkout-api-00099-abc' }] },
    ['traffic'],
    status.INVALID_ARGUMENT,
    'checkout-api-00099-abc',
  ],
  [
    'percentages that do not make 100',
    { traffic: [{ ...toGood[0]!, percent: 60 }] },
    ['traffic'],
    status.INVALID_ARGUMENT,
    'make 60',
  ],
  [
    'an ingress that the sandbox does not know',
    { ingress: 'INGRESS_TRAFFIC_NONE' },
    ['ingress'],
    status.INVALID_ARGUMENT,
    'ingress',
  ],
])('%s is refused by name', async (_, service, paths, code, text) => {
  const sandbox = await start({ reality: { 'unknown-path': 'refused' } });
  await expect(update(sandbox, service, paths)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
});

test('only the respond role and the outside world change services', async () => {
  const sandbox = await start();
  for (const role of ['observe', 'intake', 'archive', 'destructive'] as const) {
    const refused = sandbox
      .services(role)
      .updateService({ service: { name, traffic: toGood }, updateMask: { paths: ['traffic'] } });
    await expect(refused).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  }
  await expect(sandbox.services('intake').getService({ name })).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
  });
  await expect(update(sandbox, { traffic: toGood }, ['traffic'], 'publisher')).resolves.toMatchObject({ name });
});

test('a service that is read and written back whole makes no new revision; a changed template does, and keeps the compromise of its image', async () => {
  const sandbox = await start();
  const client = sandbox.services('respond');
  const [read] = await client.getService({ name });
  const [same] = await (await client.updateService({ service: read }))[0].promise();
  expect(same.latestCreatedRevision).toBe(`${name}/revisions/${checkout.badRevision}`);
  const changed = await update(
    sandbox,
    { template: { serviceAccount: 'quarantine@rhea-prod-4421.iam.gserviceaccount.com' } },
    ['template.service_account'],
  );
  expect(changed.latestReadyRevision).toMatch(/checkout-api-00003-/);
  expect(changed.template).toMatchObject({
    serviceAccount: 'quarantine@rhea-prod-4421.iam.gserviceaccount.com',
    containers: [{ image: telemetry.image }, { image: expect.stringContaining(checkout.badDigest) }],
  });
  sandbox.kernel.clock.advance(second);
  const { instances } = (await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')) as {
    instances: { shell: boolean }[];
  };
  expect(instances.filter(({ shell }) => shell)).toHaveLength(2);
});

test('the IAM policy names who may invoke', async () => {
  const sandbox = await start();
  const [policy] = await sandbox.services('observe').getIamPolicy({ resource: name });
  expect(policy.bindings).toMatchObject([{ role: 'roles/run.invoker', members: ['allUsers'] }]);
});

test('ingress, the default address and the invoker check are switched without a new revision', async () => {
  const sandbox = await start();
  const switched = { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY', defaultUriDisabled: true, invokerIamDisabled: true };
  await update(sandbox, switched, ['ingress', 'default_uri_disabled', 'invoker_iam_disabled']);
  const [read] = await sandbox.services('observe').getService({ name });
  expect(read).toMatchObject({
    ...switched,
    urls: [],
    latestCreatedRevision: `${name}/revisions/${checkout.badRevision}`,
  });
  await update(sandbox, {}, ['ingress', 'default_uri_disabled', 'invoker_iam_disabled']);
  const [back] = await sandbox.services('observe').getService({ name });
  expect(back).toMatchObject({ ingress: 'INGRESS_TRAFFIC_ALL', defaultUriDisabled: false, invokerIamDisabled: false });
});

test('a deletion also ends what was still to come', async () => {
  const sandbox = await start();
  seedService(sandbox.section, { ...checkoutService(sandbox.kernel.clock.now()), operationMilliseconds: 60 * second });
  await sandbox.services('respond').updateService({
    service: { name, traffic: toGood },
    updateMask: { paths: ['traffic'] },
  });
  await sandbox.services('destructive').deleteService({ name });
  sandbox.kernel.clock.advance(120 * second);
  expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toEqual({ instances: [] });
  expect(await beaconsDuring(sandbox, 60)).toBe(0);
});
