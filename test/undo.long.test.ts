import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseRecord } from '../model/case-record.ts';
import type { CaseView } from '../model/case.ts';
import type { Configuration } from '../runtime/configuration.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { newSigningKey, signJson } from '../runtime/signatures.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { startUndo } from '../cli/undo/start-undo.ts';
import { closeClients, type RespondClients, respondClients } from '../runtime/google-clients.ts';
import { updateService } from '../activities/containment/update-service.ts';
import type { Fields } from '../model/fields.ts';
import { largestPayload } from './support/largest-payload.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;

/** With `npm run test:all` only: the rest is the sample that everybody runs. */
const atLength = test.runIf(process.env['FIREBREAK_TEST_ALL'] !== undefined);
let clients: RespondClients;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_WATCH_SECONDS: '600',
    FIREBREAK_WATCH_EVERY_SECONDS: '1',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  clients = respondClients({ host: '127.0.0.1', port: system.sandbox.basePort }, 'live');
});
afterAll(async () => {
  await closeClients(clients);
  await system.close();
});

const live = async ({ service }: Scenario): Promise<Fields> => {
  const target = { kind: 'service', project: 'rhea-prod-4421', location: 'europe-west1', name: service } as const;
  const { traffic, scaling } = (await updateService(clients).read(target)).fields;
  return { traffic: traffic!, scaling: scaling! };
};

async function contained(): Promise<Scenario> {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  await system.approve(await system.until(scenario.caseId, ['proposed']), ana, 'evict');
  const done = await system.until(scenario.caseId, ['contained', 'failed']);
  expect(done.state).toBe('contained');
  await system.client.workflow.getHandle(scenario.caseId).result();
  return scenario;
}

const undo = (caseId: string, configuration: Configuration = system.configuration) =>
  startUndo(configuration, caseId, { json: true, typed: (words) => words });

async function proposedUndo({ caseId }: Scenario, number = 1, configuration = system.configuration): Promise<CaseView> {
  await undo(caseId, configuration);
  return system.until(`undo-${caseId}-${number}`, ['proposed', 'failed']);
}

async function undone(view: CaseView): Promise<CaseView> {
  await system.approve(view, ana, 'undo');
  const ended = await system.until(view.id, ['undone', 'failed']);
  await system.client.workflow.getHandle(view.id).result();
  return ended;
}

async function ownerWrites({ service }: Scenario, change: Parameters<RespondClients['services']['updateService']>[0]) {
  const name = `projects/rhea-prod-4421/locations/europe-west1/services/${service}`;
  const [operation] = await clients.services.updateService({ ...change, service: { ...change.service, name } });
  await operation.promise();
}

test('promise 6: what a case changed is given back by a plan with an approval of its own, field by field', async () => {
  const scenario = seedScenario(system.sandbox);
  const before = await live(scenario);
  system.sandbox.control.publish(scenario.notification);
  await system.approve(await system.until(scenario.caseId, ['proposed']), ana, 'evict');
  await system.until(scenario.caseId, ['contained']);
  await system.client.workflow.getHandle(scenario.caseId).result();
  const after = await live(scenario);
  expect(after).not.toEqual(before);

  const view = await proposedUndo(scenario);
  expect(await live(scenario)).toEqual(after);
  // Both changes of the service are given back by one: what ends as it began, the scaling, is left alone.
  expect(view.proposal?.plans.map(({ plan }) => plan.actions.map(({ change }) => Object.keys(change)))).toEqual([
    [['traffic']],
  ]);
  expect((await system.approve(view, ana, 'undo')).outcome).toBe('accepted');
  const undone = await system.until(view.id, ['undone', 'failed']);
  expect(undone.reason).toContain(scenario.caseId);
  expect(undone.state).toBe('undone');
  expect(await live(scenario)).toEqual(before);
  await system.client.workflow.getHandle(view.id).result();
  expect(await replayDifferences(system.client, view.id)).toEqual([]);
  // Its own change is no alarm for the watch, nor a reason to open the case again.
  const watch = system.client.workflow.getHandle(`watch-${scenario.caseId}`);
  await expect(watch.result()).rejects.toThrow(/cancel/i);
});

test('promise 6: an action whose resource drifted since is refused with the difference', async () => {
  const scenario = await contained();
  const view = await proposedUndo(scenario);
  const name = `projects/rhea-prod-4421/locations/europe-west1/services/${scenario.service}`;
  const [operation] = await clients.services.updateService({
    service: { name, traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100, tag: 'mine' }] },
    updateMask: { paths: ['traffic'] },
  });
  await operation.promise();
  const drifted = await live(scenario);
  await system.approve(view, ana, 'undo');
  const ended = await system.until(view.id, ['undone', 'failed']);
  expect(ended.state).toBe('failed');
  expect(ended.reason).toContain('by tag "mine"');
  expect(await live(scenario)).toEqual(drifted);
});

test('a contained service that serves the compromised revision again opens its case again', async () => {
  const scenario = await contained();
  const first = await system.view(scenario.caseId);
  const name = `projects/rhea-prod-4421/locations/europe-west1/services/${scenario.service}`;
  const [operation] = await clients.services.updateService({
    service: {
      name,
      traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: scenario.badRevision, percent: 100 }],
    },
    updateMask: { paths: ['traffic'] },
  });
  await operation.promise();
  const again = await system.until(scenario.caseId, ['proposed'], ({ run }) => run !== first.run);
  // Looked at while the update runs, it is asked for and does not serve yet.
  expect(again.timeline[0]?.text).toMatch(/-xen serves again|the change was reverted: traffic is \S+-xen 100 %/);
  expect(again.proposal?.plans.length).toBeGreaterThan(0);
});

test('a case that changed nothing has nothing to undo', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  await system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' }));
  await system.client.workflow.getHandle(scenario.caseId).result();
  await expect(proposedUndo(scenario)).rejects.toThrow(/changed nothing/);
});

atLength('what is back is not given back again: a second way back says that nothing is left', async () => {
  const scenario = await contained();
  expect((await undone(await proposedUndo(scenario))).state).toBe('undone');
  await expect(proposedUndo(scenario, 2)).rejects.toThrow(/left to give back/);
});

atLength('a way back that was refused can be asked for again, when the resource is as the case left it', async () => {
  const scenario = await contained();
  const left = await live(scenario);
  const view = await proposedUndo(scenario);
  const traffic = (revision: string) => ({
    service: { traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const, revision, percent: 100 }] },
    updateMask: { paths: ['traffic'] },
  });
  await system.client.workflow.getHandle(`watch-${scenario.caseId}`).terminate();
  await ownerWrites(scenario, traffic(scenario.badRevision));
  expect((await undone(view)).state).toBe('failed');
  await ownerWrites(scenario, traffic(scenario.goodRevision));
  expect(await live(scenario)).toEqual(left);
  expect((await undone(await proposedUndo(scenario, 2))).state).toBe('undone');
});

test('two people who ask for the way back at once get one proposal, and an open way back no second', async () => {
  const scenario = await contained();
  const asked = await Promise.allSettled([undo(scenario.caseId), undo(scenario.caseId)]);
  expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(undo(scenario.caseId)).rejects.toThrow(/under way already/);
});

atLength(
  'the way back needs nothing of Temporal: with case and watch deleted it is proposed from the evidence',
  async () => {
    const scenario = await contained();
    const namespace = system.client.options.namespace;
    await system.client.workflow.getHandle(`watch-${scenario.caseId}`).terminate();
    await system.client.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: scenario.caseId },
    });
    await expect
      .poll(() => system.view(scenario.caseId).catch(() => 'forgotten'), { timeout: 60_000 })
      .toBe('forgotten');
    expect((await undone(await proposedUndo(scenario))).state).toBe('undone');
  },
);

test('a receipt that nobody on the roster signed, or of another case, is refused, and nothing is proposed', async () => {
  const [scenario, other] = [await contained(), await contained()];
  const index = await system.archiveIndex();
  const evidence = evidenceStore(system.configuration.evidenceFolder);
  const recordOf = async ({ caseId }: Scenario) => {
    const entry = (await index.read(caseId))!;
    return { entry, record: JSON.parse((await evidence.get(entry.record!)).toString('utf8')) as CaseRecord };
  };
  const { entry, record } = await recordOf(scenario);
  const put = async (receipts: CaseRecord['receipts']) => {
    const { sha256 } = await evidence.put('case-record', 'application/json', JSON.stringify({ ...record, receipts }));
    await index.write({ ...entry, record: sha256 });
  };
  const [receipt] = record.receipts;
  const said = JSON.parse(Buffer.from(receipt!.payload, 'base64url').toString('utf8')) as object;
  await put([await signJson({ ...said, before: {} }, 'firebreak.receipt.v1', await newSigningKey('respond'))]);
  await expect(undo(scenario.caseId)).rejects.toThrow(/no respond worker on the roster/);
  const forged = Buffer.from(JSON.stringify({ ...said, before: {} })).toString('base64url');
  await put([{ ...receipt!, payload: forged }]);
  await expect(undo(scenario.caseId)).rejects.toThrow(/does not match the text/);
  await put((await recordOf(other)).record.receipts);
  await expect(undo(scenario.caseId)).rejects.toThrow(/of another case/);
  // The whole record of another case, under this case's entry: signed as it is, it names whose it is.
  await index.write({ ...entry, record: (await recordOf(other)).entry.record! });
  await expect(undo(scenario.caseId)).rejects.toThrow(/is of another case/);
  await expect(system.view(`undo-${scenario.caseId}-1`)).rejects.toThrow(/not found/i);
});

atLength('a case that was opened again and again is given back too: no payload is over 64 KiB', async () => {
  const scenario = seedScenario(system.sandbox);
  const before = await live(scenario);
  system.sandbox.control.publish(scenario.notification);
  await system.approve(await system.until(scenario.caseId, ['proposed']), ana, 'scale-to-zero');
  await system.until(scenario.caseId, ['contained']);
  await system.client.workflow.getHandle(scenario.caseId).result();
  const index = await system.archiveIndex();
  const evidence = evidenceStore(system.configuration.evidenceFolder);
  const entry = (await index.read(scenario.caseId))!;
  const newest = JSON.parse((await evidence.get(entry.record!)).toString('utf8')) as CaseRecord;
  let earlier: string | undefined;
  for (let run = 0; run < 200; run += 1) {
    const record: CaseRecord = { ...newest, ...(earlier !== undefined && { earlier }) };
    earlier = (await evidence.put('case-record', 'application/json', JSON.stringify(record))).sha256;
  }
  await index.write({ ...entry, record: earlier! });
  const view = await proposedUndo(scenario);
  expect(view.assessment?.known[0]?.text).toBe('160 actions before these');
  expect((await undone(view)).state).toBe('undone');
  expect(await live(scenario)).toEqual(before);
  expect(await largestPayload(system.client, view.id)).toBeLessThan(65_536);
});

atLength('as a dry run the way back says what it would change, changes nothing, and the watch goes on', async () => {
  const scenario = await contained();
  const left = await live(scenario);
  const dry = { ...system.configuration, rails: { ...system.configuration.rails, mode: 'dry-run' as const } };
  const ended = await undone(await proposedUndo(scenario, 1, dry));
  expect(ended).toMatchObject({ state: 'undone', mode: 'dry-run', receipts: [{ result: 'would-change' }] });
  expect(await live(scenario)).toEqual(left);
  const { status } = await system.client.workflow.getHandle(`watch-${scenario.caseId}`).describe();
  expect(status.name).toBe('RUNNING');
  expect((await undone(await proposedUndo(scenario, 2))).mode).toBe('live');
});

atLength('a way back that nobody approves expires and changes nothing', async () => {
  const scenario = await contained();
  const left = await live(scenario);
  const times = { ...system.configuration.times, reminder: 1, escalation: 2, expiry: 3 };
  await undo(scenario.caseId, { ...system.configuration, times });
  expect(await system.until(`undo-${scenario.caseId}-1`, ['expired'])).toMatchObject({ receipts: [] });
  expect(await live(scenario)).toEqual(left);
});

atLength(
  'a way back that needs a role which is not installed is shown with that reason, and cannot be approved',
  async () => {
    const scenario = await contained();
    const rails = { ...system.configuration.rails, responders: [] };
    const view = await proposedUndo(scenario, 1, { ...system.configuration, rails });
    expect(view.proposal?.plans[0]?.unavailable).toMatch(/role respond is not installed/);
    expect(view.proposal?.recommendation).toMatchObject({ choice: 'hand-over' });
    expect((await system.approve(view, ana, 'undo')).outcome).not.toBe('accepted');
  },
);
