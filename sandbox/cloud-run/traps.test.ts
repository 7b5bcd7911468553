import { status } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkout, checkoutService } from '../scenario/services.ts';
import { seedJob } from './seed-job.ts';
import type { JobDescription } from './seed-job.ts';
import { seedService } from './seed.ts';
import type { ServiceDescription } from './seed.ts';
import { name, off, startTestSandbox, toGood, update } from './test-sandbox.ts';
import type { TestSandbox } from './test-sandbox.ts';

const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

const second = 1000;
const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1' };
const job = 'projects/rhea-prod-4421/locations/europe-west1/jobs/nightly';
const { badRevision, goodRevision } = checkout;
const quarantine = 'quarantine@rhea-prod-4421.iam.gserviceaccount.com';
const tagOnly = [
  ...toGood,
  {
    type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const,
    revision: badRevision,
    percent: 0,
    tag: 'canary',
  },
];

/** `checkout-api` without a minimum of its own, so that nothing but requests starts instances of a tag, and whatever the trap needs. */
function seed(sandbox: TestSandbox, more: Partial<ServiceDescription> = {}): void {
  const described = checkoutService(sandbox.kernel.clock.now());
  const revisions = described.revisions.map((revision) => ({ ...revision, minInstances: 0 }));
  seedService(sandbox.section, { ...described, revisions, operationMilliseconds: 0, ...more });
}

/** A job whose outside scheduler runs it every 5 minutes, for 2 minutes. */
function seedNightly(sandbox: TestSandbox, more: Partial<JobDescription> = {}): void {
  seedJob(sandbox.section, {
    ...place,
    name: 'nightly',
    createTime: new Date(sandbox.kernel.clock.now() - 3600 * second).toISOString(),
    executions: [new Date(sandbox.kernel.clock.now() - 30 * second).toISOString()],
    image: 'example.com/nightly:1',
    labels: { team: 'data' },
    rerunEverySeconds: 300,
    runsSeconds: 120,
    operationMilliseconds: 0,
    ...more,
  });
}

async function lives(sandbox: TestSandbox): Promise<string[]> {
  const { instances } = (await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')) as {
    instances: { revision: string }[];
  };
  return instances.map(({ revision }) => revision);
}

async function runs(sandbox: TestSandbox): Promise<string[]> {
  return ((await sandbox.control('GET', '/cloud-run/executions?job=nightly')) as { executions: string[] }).executions;
}

/** Each trap by the name that docs/fidelity.md gives it. */
const traps: Readonly<Record<string, (sandbox: TestSandbox) => Promise<void>>> = {
  'a failed swap leaves the traffic on the old revision': async (sandbox) => {
    seed(sandbox, { brokenServiceAccounts: [quarantine], traffic: [{ percent: 100 }] });
    const swap = update(sandbox, { template: { serviceAccount: quarantine } }, ['template.service_account']);
    await expect(swap).rejects.toMatchObject({ message: expect.stringContaining('not ready') });
    const [read] = await sandbox.services('observe').getService({ name });
    expect(read.terminalCondition?.state).toBe('CONDITION_FAILED');
    expect(read.latestCreatedRevision).not.toBe(read.latestReadyRevision);
    expect(read.trafficStatuses).toMatchObject([{ revision: '', percent: 100 }]);
    expect(read.latestReadyRevision).toContain(badRevision);
    expect(await lives(sandbox)).toEqual([badRevision]);
  },
  'a swap moves the traffic when the new revision is ready': async (sandbox) => {
    seed(sandbox, { traffic: [{ percent: 100 }], operationMilliseconds: 20 * second });
    const [operation] = await sandbox.services('respond').updateService({
      service: { name, template: { serviceAccount: quarantine, revision: 'checkout-api-quarantine' } },
      updateMask: { paths: ['template.service_account', 'template.revision'] },
    });
    const [during] = await sandbox.services('observe').getService({ name });
    expect(during.latestReadyRevision).toContain(badRevision);
    expect(await lives(sandbox)).toEqual([badRevision]);
    sandbox.kernel.clock.advance(21 * second);
    const [after] = await operation.promise();
    expect(after.latestReadyRevision).toContain('checkout-api-quarantine');
    expect(await lives(sandbox)).toEqual([badRevision, 'checkout-api-quarantine']);
    const revision = `${name}/revisions/checkout-api-quarantine`;
    const [made] = await sandbox.revisions('observe').getRevision({ name: revision });
    expect(made.serviceAccount).toBe(quarantine);
  },
  'a new revision of the same image is compromised as well': async (sandbox) => {
    seed(sandbox, { traffic: [{ percent: 100 }] });
    await update(sandbox, { template: { serviceAccount: quarantine } }, ['template.service_account']);
    sandbox.kernel.clock.advance(second);
    expect(await sandbox.control('GET', '/cloud-run/instances?service=checkout-api')).toMatchObject({
      instances: [{ revision: badRevision }, { revision: expect.stringMatching(/-00003-/), shell: true }],
    });
  },
  'going back to automatic scaling with one of both counts is refused, with neither it inherits the manual 0': async (
    sandbox,
  ) => {
    await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
    const one = update(sandbox, { scaling: { scalingMode: 'AUTOMATIC', minInstanceCount: 1 } }, ['scaling']);
    await expect(one).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await update(sandbox, { scaling: { scalingMode: 'AUTOMATIC' } }, ['scaling']);
    sandbox.kernel.clock.advance(60 * second);
    expect(await lives(sandbox)).toEqual([]);
  },
  'a revision with only a tag starts an instance when somebody asks for it': async (sandbox) => {
    seed(sandbox, {
      traffic: [
        { revision: goodRevision, percent: 100 },
        { revision: badRevision, tag: 'canary' },
      ],
    });
    sandbox.kernel.clock.advance(3600 * second);
    expect(await lives(sandbox)).toEqual([goodRevision]);
    await sandbox.control('POST', '/cloud-run/tag-requests', { service: 'checkout-api', tag: 'canary' });
    sandbox.kernel.clock.advance(899 * second);
    expect(await lives(sandbox)).toEqual([goodRevision, badRevision]);
    sandbox.kernel.clock.advance(2 * second);
    expect(await lives(sandbox)).toEqual([goodRevision]);
  },
  'who knows the address of a tag keeps its revision alive under manual scaling to 0, until the tag is gone': async (
    sandbox,
  ) => {
    seed(sandbox, { tagAttacker: { tag: 'canary', everySeconds: 30 } });
    await update(sandbox, { traffic: tagOnly, scaling: off }, ['traffic', 'scaling']);
    sandbox.kernel.clock.advance(3600 * second);
    expect(await lives(sandbox)).toEqual([badRevision]);
    await update(sandbox, { traffic: toGood }, ['traffic']);
    sandbox.kernel.clock.advance(11 * second);
    expect(await lives(sandbox)).toEqual([]);
  },
  'restricted ingress keeps that attacker out, and ends nothing by itself': async (sandbox) => {
    seed(sandbox, { tagAttacker: { tag: 'canary', everySeconds: 30 } });
    await update(sandbox, { traffic: tagOnly }, ['traffic']);
    sandbox.kernel.clock.advance(1800 * second);
    await update(sandbox, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }, ['ingress']);
    sandbox.kernel.clock.advance(890 * second);
    expect(await lives(sandbox)).toEqual([goodRevision, badRevision]);
    sandbox.kernel.clock.advance(20 * second);
    expect(await lives(sandbox)).toEqual([goodRevision]);
  },
  'moved traffic leaves instances idling': async (sandbox) => {
    seed(sandbox);
    await update(sandbox, { traffic: toGood }, ['traffic']);
    sandbox.kernel.clock.advance(899 * second);
    expect(await lives(sandbox)).toContain(badRevision);
  },
  'a held connection keeps its instance longer still': async (sandbox) => {
    seed(sandbox, { heldConnectionSeconds: 600 });
    await update(sandbox, { traffic: toGood }, ['traffic']);
    sandbox.kernel.clock.advance(1490 * second);
    expect(await lives(sandbox)).toContain(badRevision);
    sandbox.kernel.clock.advance(20 * second);
    expect(await lives(sandbox)).toEqual([goodRevision]);
  },
  'while traffic is pinned a deployment gets none': async (sandbox) => {
    await update(sandbox, { traffic: toGood }, ['traffic']);
    await sandbox.control('POST', '/cloud-run/deploy', {
      service: 'checkout-api',
      revision: { name: 'checkout-api-00013-new', image: 'example.com/app:2' },
    });
    const [read] = await sandbox.services('observe').getService({ name });
    expect(read.latestReadyRevision).toContain('checkout-api-00013-new');
    expect(read.trafficStatuses).toMatchObject([{ revision: goodRevision, percent: 100 }]);
  },
  'a revision that serves, has a tag, or is the latest is not deleted': async (sandbox) => {
    const bad = `${name}/revisions/${badRevision}`;
    const refused = { code: status.FAILED_PRECONDITION };
    await expect(sandbox.revisions('destructive').deleteRevision({ name: bad })).rejects.toMatchObject(refused);
    await update(sandbox, { traffic: toGood }, ['traffic']);
    await expect(sandbox.revisions('destructive').deleteRevision({ name: bad })).rejects.toMatchObject(refused);
    await sandbox.control('POST', '/cloud-run/deploy', {
      service: 'checkout-api',
      revision: { name: 'checkout-api-00013-new', image: 'example.com/app:2' },
    });
    await update(sandbox, { traffic: tagOnly }, ['traffic']);
    await expect(sandbox.revisions('destructive').deleteRevision({ name: bad })).rejects.toMatchObject(refused);
    await update(sandbox, { traffic: toGood }, ['traffic']);
    await expect(sandbox.revisions('destructive').deleteRevision({ name: bad })).resolves.toBeDefined();
  },
  'a deleted revision takes its idle instances with it': async (sandbox) => {
    seed(sandbox);
    await update(sandbox, { traffic: toGood }, ['traffic']);
    await sandbox.control('POST', '/cloud-run/deploy', {
      service: 'checkout-api',
      revision: { name: 'checkout-api-00013-new', image: 'example.com/app:2' },
    });
    expect(await lives(sandbox)).toContain(badRevision);
    await sandbox.revisions('destructive').deleteRevision({ name: `${name}/revisions/${badRevision}` });
    sandbox.kernel.clock.advance(3 * second);
    expect(await lives(sandbox)).toEqual([goodRevision]);
  },
  'inherited bindings are in no policy, and still let callers in': async (sandbox) => {
    seedNightly(sandbox, { invokers: ['user:a@example.com'], inheritedInvokers: ['user:b@example.com'] });
    const client = sandbox.jobs('respond-iam');
    const [policy] = await client.getIamPolicy({ resource: job });
    expect(JSON.stringify(policy.bindings)).not.toContain('b@example.com');
    await client.setIamPolicy({ resource: job, policy: { ...policy, bindings: [] } });
    sandbox.kernel.clock.advance(300 * second);
    expect(await runs(sandbox)).toHaveLength(1);
  },
  'a policy with conditions that is not read in version 3 cannot be written back': async (sandbox) => {
    const condition = { title: 'nights', expression: 'request.time.getHours() < 6' };
    seed(sandbox, {
      invokers: [],
      bindings: [{ role: 'roles/run.invoker', members: ['user:a@example.com'], condition }],
    });
    const client = sandbox.services('respond-iam');
    const [lossy] = await client.getIamPolicy({ resource: name });
    expect(lossy.bindings?.[0]).toMatchObject({ role: expect.stringContaining('_withcond_'), condition: null });
    const refused = { code: status.INVALID_ARGUMENT };
    await expect(client.setIamPolicy({ resource: name, policy: lossy })).rejects.toMatchObject(refused);
    const [whole] = await client.getIamPolicy({ resource: name, options: { requestedPolicyVersion: 3 } });
    expect(whole).toMatchObject({ version: 3, bindings: [{ role: 'roles/run.invoker', condition }] });
    const older = { ...whole, version: 1, bindings: [] };
    await expect(client.setIamPolicy({ resource: name, policy: older })).rejects.toMatchObject(refused);
    await expect(client.setIamPolicy({ resource: name, policy: whole })).resolves.toBeDefined();
  },
  'a cancelled job runs again': async (sandbox) => {
    seedNightly(sandbox, { invokers: ['user:scheduler@example.com'] });
    const [first] = await runs(sandbox);
    await sandbox.executions('respond').cancelExecution({ name: `${job}/executions/${first}` });
    sandbox.kernel.clock.advance(11 * second);
    expect(await runs(sandbox)).toEqual([]);
    sandbox.kernel.clock.advance(300 * second);
    expect(await runs(sandbox)).toHaveLength(1);
  },
  'what an update of a job leaves out is lost': async (sandbox) => {
    seedNightly(sandbox);
    const client = sandbox.jobs('respond');
    const [read] = await client.getJob({ name: job });
    expect(read).toMatchObject({ labels: { team: 'data' }, template: { template: { maxRetries: 3 } } });
    const template = { template: { containers: read.template!.template!.containers!, maxRetries: 0 } };
    await client.updateJob({ job: { name: job, template } });
    const [after] = await client.getJob({ name: job });
    expect(after).toMatchObject({ labels: {}, template: { template: { maxRetries: 0, timeout: { seconds: '600' } } } });
    await expect(client.updateJob({ job: { name: job } })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  },
  'somebody else’s change in between makes an update, a policy and a cancellation conflict': async (sandbox) => {
    sandbox.kernel.setReality({ etag: 'enforced' });
    seedNightly(sandbox);
    const aborted = { code: status.ABORTED };
    const [read] = await sandbox.services('respond').getService({ name });
    const [policy] = await sandbox.services('respond-iam').getIamPolicy({ resource: name });
    const [execution] = await runs(sandbox);
    const running = `${job}/executions/${execution}`;
    const [before] = await sandbox.executions('respond').getExecution({ name: running });
    await update(sandbox, { labels: { team: 'owners' } }, ['labels'], 'publisher');
    await sandbox.services('publisher').setIamPolicy({ resource: name, policy: { bindings: [] } });
    await sandbox.executions('publisher').cancelExecution({ name: running });
    await expect(update(sandbox, { etag: read.etag, traffic: toGood }, ['traffic'])).rejects.toMatchObject(aborted);
    const write = sandbox.services('respond-iam').setIamPolicy({ resource: name, policy });
    await expect(write).rejects.toMatchObject(aborted);
    const cancel = sandbox.executions('respond').cancelExecution({ name: running, etag: before.etag ?? '' });
    await expect(cancel).rejects.toMatchObject(aborted);
  },
};

test.each(Object.entries(traps))('%s', async (_, show) => {
  const sandbox = await startTestSandbox();
  started.push(sandbox);
  await show(sandbox);
});

test('these are the traps that docs/fidelity.md lists', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/fidelity.md'), 'utf8');
  const [, section = ''] = /\n## Traps\n([^]*?)\n## /.exec(page) ?? [];
  const listed = [...section.matchAll(/^- (.+)$/gm)].map((match) => match[1]);
  expect(listed).toEqual(Object.keys(traps));
});
