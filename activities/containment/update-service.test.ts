import { ServicesClient } from '@google-cloud/run';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fields, TemplateField } from '../../model/fields.ts';
import type { Target } from '../../model/plan.ts';
import { targetName } from '../../model/rails.ts';
import { type Bench, startBench } from '../../test/support/executor-bench.ts';

const quarantine = 'quarantine@rhea-prod-4421.iam.gserviceaccount.com';
/** What runs as it cannot read the service's secret, so that it never gets ready. */
const withoutSecret = 'no-secret@rhea-prod-4421.iam.gserviceaccount.com';
let bench: Bench;
let owners: ServicesClient;
beforeAll(async () => {
  bench = await startBench();
  owners = new ServicesClient(bench.ownersEndpoint);
});
afterAll(async () => {
  await owners.close();
  await bench.close();
});

let count = 0;
let target: Target;
let good: string;
let bad: string;
beforeEach(() => {
  bench.sandbox.control.clearFaults();
  bench.sandbox.control.clearCalls();
  count += 1;
  const name = `shop-${count}`;
  [good, bad] = [`${name}-00001-abc`, `${name}-00002-xyz`];
  target = { kind: 'service', project: 'rhea-prod-4421', location: 'europe-west1', name };
  const revision = {
    image: 'europe-docker.pkg.dev/rhea/shop/web@sha256:' + '1'.repeat(64),
    serviceAccount: 'shop@rhea-prod-4421.iam.gserviceaccount.com',
    env: { MODE: 'invented-value' },
    secrets: [{ env: 'TOKEN', secret: 'shop-token' }],
    sidecars: [{ name: 'agent', image: 'europe-docker.pkg.dev/rhea/shop/agent', env: { AGENT: 'invented-value' } }],
    volumes: [{ name: 'uploads', gcs: { bucket: 'shop-uploads' } }],
    minInstances: 1,
  };
  bench.sandbox.control.seedService({
    project: 'rhea-prod-4421',
    projectNumber: '442100000001',
    location: 'europe-west1',
    name,
    revisions: [
      { ...revision, name: good, createTime: '2026-11-01T00:00:00Z' },
      { ...revision, name: bad, createTime: '2026-11-20T00:00:00Z', env: { MODE: 'other' } },
    ],
    brokenServiceAccounts: [withoutSecret],
    operationMilliseconds: 50,
  });
});

const live = async () => (await bench.clients.respond.services.getService({ name: targetName(target) }))[0];
const swap = (change: Partial<TemplateField> = {}): Fields => ({
  template: { from: good, revision: `${target.name}-fbq-1`, serviceAccount: quarantine, ...change },
});
const approved = (change: Fields) => bench.approved({ kind: 'update-service', target, change });

test('a swap makes the known-good revision’s template run as another account, values of its environment included, which no receipt holds', async () => {
  const receipt = await bench.apply(await approved(swap()));
  expect(receipt).toMatchObject({ result: 'changed', detail: '', before: { template: { revision: bad } } });
  expect(JSON.stringify(receipt)).not.toContain('invented-value');
  const [of] = await bench.clients.respond.revisions.getRevision({ name: `${targetName(target)}/revisions/${good}` });
  const { template, latestReadyRevision } = await live();
  expect(latestReadyRevision).toMatch(/-fbq-1$/);
  expect(template).toMatchObject({ serviceAccount: quarantine, revision: `${target.name}-fbq-1` });
  expect(template?.containers).toEqual(of.containers);
  expect(template?.volumes).toMatchObject([{ name: 'uploads', gcs: { bucket: 'shop-uploads' } }]);
  const [agent, web] = template?.containers ?? [];
  expect([agent?.name, template?.containers?.length]).toEqual(['agent', 2]);
  expect(web?.env).toContainEqual(expect.objectContaining({ value: 'invented-value' }));
});

test('a swap and its inverse give the template back, field by field, but for the revision’s name', async () => {
  const { template: before } = await live();
  await bench.apply(await approved(swap()));
  const back = swap({ from: bad, revision: `${bad}-fbu-1`, serviceAccount: before!.serviceAccount! });
  expect(await bench.apply(await approved(back))).toMatchObject({ result: 'changed' });
  const { template: after } = await live();
  expect({ ...after, revision: '' }).toEqual({ ...before, revision: '' });
});

/** Who serves: a target of the latest revision has no name. */
function sharesOf({ trafficStatuses, latestReadyRevision }: Awaited<ReturnType<typeof live>>): string[] {
  return (trafficStatuses ?? []).map(({ revision }) => revision || latestReadyRevision!.split('/').at(-1)!);
}

test.each(['count', 'inherit'] as const)(
  'scaling comes back with a minimum of 0, where zeros in the mask %s',
  async (way) => {
    bench.sandbox.control.setReality({ 'zero-counts': way });
    await bench.apply(await approved({ scaling: { mode: 'manual', manual: 0 } }));
    const receipt = await bench.apply(await approved({ scaling: { mode: 'automatic', min: 0, max: 100 } }));
    expect(receipt).toMatchObject({
      result: 'changed',
      detail: '',
      after: { scaling: { mode: 'automatic', max: 100 } },
    });
    expect((await live()).scaling).toMatchObject({
      scalingMode: 'AUTOMATIC',
      minInstanceCount: 0,
      maxInstanceCount: 100,
    });
  },
);

test('a swap that writes traffic too moves it only when told, and one update gives template and traffic back', async () => {
  const before = await live();
  const [made, to] = [swap().template!, (revision: string) => [{ type: 'revision' as const, revision, percent: 100 }]];
  expect(await bench.apply(await approved({ template: made, traffic: to(bad) }))).toMatchObject({ result: 'changed' });
  const serving = async () => sharesOf(await live());
  expect(await serving()).toEqual([bad]);
  await bench.apply(await approved({ traffic: to(made.revision), scaling: { mode: 'manual', manual: 0 } }));
  await bench.apply(await approved({ scaling: { mode: 'automatic' } }));
  expect(await serving()).toEqual([made.revision]);
  const back = { from: bad, revision: `${bad}-fbu-1`, serviceAccount: before.template!.serviceAccount! };
  await bench.apply(await approved({ template: back, traffic: [{ type: 'latest', percent: 100 }] }));
  const after = await live();
  expect({ ...after.template, revision: '' }).toEqual({ ...before.template, revision: '' });
  expect(after.traffic).toEqual(before.traffic);
  expect(after.scaling).toMatchObject({ scalingMode: 'AUTOMATIC', minInstanceCount: 0, maxInstanceCount: 0 });
  expect(await serving()).toEqual([back.revision]);
});

test('a swap that fails is a failed receipt, which says that the compromised revision still serves, and a retry says no other', async () => {
  const request = await approved(swap({ serviceAccount: withoutSecret }));
  const receipt = await bench.apply(request);
  expect(receipt.result).toBe('failed');
  expect(receipt.detail).toMatch(/^the new revision shop-\d+-fbq-1 is not ready \(.+\)/);
  expect(receipt.detail).toContain('compromised revision still serves');
  expect(receipt.after).toMatchObject({ template: { ready: false }, traffic: receipt.before.traffic });
  expect(sharesOf(await live())).toEqual([bad]);
  expect(await bench.apply(request, 2)).toEqual(receipt);
});

test('a swap whose worker is gone before it failed is told by the next as begun and failed, and is not made again', async () => {
  const request = await approved(swap({ serviceAccount: withoutSecret }));
  bench.loseAnswer('UpdateService');
  const receipt = await bench.apply(request);
  expect(receipt).toMatchObject({ result: 'failed', before: { template: { revision: bad } } });
  expect(receipt.detail).toMatch(/^the change was begun and has failed: the new revision shop-\d+-fbq-1 is not ready/);
  expect(receipt.detail).toMatch(/compromised revision still serves if it did before: now \S+/);
  expect(receipt.after).toMatchObject({ template: { ready: false }, traffic: receipt.before.traffic });
  expect(bench.effective('UpdateService')).toHaveLength(1);
});

test('a swap whose operation fails after the revision was made is not taken for one that serves', async () => {
  await bench.control('/cloud-run/operation-fault', { service: target.name, message: 'the route is broken', count: 1 });
  const receipt = await bench.apply(await approved(swap()));
  expect(receipt).toMatchObject({ result: 'failed', detail: expect.stringContaining('the route is broken') as string });
});

test('a swap from a revision that is gone, or that names none, changes nothing', async () => {
  expect(await bench.apply(await approved(swap({ from: `${target.name}-00009-non` })))).toMatchObject({
    result: 'failed',
  });
  const { from: _none, ...unnamed } = swap().template!;
  const receipt = await bench.apply(await approved({ template: unnamed }));
  expect(receipt).toMatchObject({ result: 'failed', detail: expect.stringContaining('which revision') as string });
  expect(bench.effective('UpdateService')).toEqual([]);
});

test('a swap is made once, though its answer is lost', async () => {
  const request = await approved(swap());
  bench.loseAnswer('UpdateService');
  expect(await bench.apply(request)).toMatchObject({ result: 'changed', before: { template: { revision: bad } } });
  expect(bench.effective('UpdateService')).toHaveLength(1);
});

test('a deployment after the approval is refused with the difference', async () => {
  const request = await approved(swap());
  await bench.control('/cloud-run/deploy', {
    service: target.name,
    revision: { name: `${target.name}-00003-own`, image: 'web:2' },
  });
  const receipt = await bench.apply(request);
  expect(receipt).toMatchObject({
    result: 'refused',
    detail: expect.stringContaining(`${target.name}-00003-own`) as string,
  });
  expect(bench.effective('UpdateService')).toEqual([]);
});

test('a change in between is a conflict that is read again, and not overwritten', async () => {
  const request = await approved({ ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' });
  const { etag, fields, settled } = await bench.executors['update-service'].read(target);
  const [operation] = await owners.updateService({
    service: { name: targetName(target), description: 'by the owner' },
    updateMask: { paths: ['description'] },
  });
  await operation.promise();
  const [action] = request.plan.actions;
  await expect(
    bench.executors['update-service'].start(action!, { etag, fields, settled }, 'test'),
  ).rejects.toMatchObject({
    code: status.ABORTED,
  });
  expect(await bench.apply(request)).toMatchObject({ result: 'changed' });
  expect(await live()).toMatchObject({ description: 'by the owner', ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' });
});

test('a field that is not the service’s to write is a failed receipt, not something to try again', async () => {
  expect(await bench.apply(await approved({ running: [] }))).toMatchObject({ result: 'failed' });
});
