import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { startUndo } from '../cli/undo/start-undo.ts';
import { closeClients, type RespondClients, respondClients } from '../runtime/google-clients.ts';
import { updateService } from '../activities/containment/update-service.ts';
import type { Fields } from '../model/fields.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
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

async function proposedUndo({ caseId }: Scenario, number = 1): Promise<CaseView> {
  await startUndo(system.configuration, caseId, { json: true, typed: (words) => words });
  return system.until(`undo-${caseId}-${number}`, ['proposed', 'failed']);
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
  expect(again.timeline[0]?.text).toContain(`${scenario.badRevision} serves again`);
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
