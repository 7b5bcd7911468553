import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import type { CaseInput } from '../../model/case.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { foreignWorker } from './support/foreign-worker.ts';
import { inputOf, proposedCase } from './support/genuine.ts';
import { offered, within } from './support/people.ts';

let system: System;
afterEach(() => system.close());

test('a case that somebody started with a quarantine account of his own makes nothing run as it', async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  const ana = await system.addAnalyst('ana');
  const { scenario } = await proposedCase(system);
  const input = await inputOf<CaseInput>(system.client, scenario.caseId);
  await system.client.workflow.getHandle(scenario.caseId).terminate();
  const quarantineAccount = 'owner@rhea-prod-4421.iam.gserviceaccount.com';
  await system.client.workflow.start('respondToFinding', {
    workflowId: scenario.caseId,
    taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
    args: [{ ...input, rails: { ...input.rails, quarantineAccount } }],
  });
  const view = await within(20_000, system.until(scenario.caseId, ['proposed']));
  const plan = view && offered(view, 'quarantine');
  if (view && plan) {
    await within(10_000, system.send(view.id, await system.sign(view, ana, { kind: 'plan', plan: plan.digest })));
    await within(
      15_000,
      system.until(view.id, ['contained', 'failed'], ({ receipts }) => receipts.length > 0),
    );
  }
  const written = system.sandbox.control
    .calls({ method: 'UpdateService' })
    .map(({ request }) => JSON.stringify(request));
  expect(written.filter((text) => text.includes(quarantineAccount))).toEqual([]);
});

test('what nobody signed uses up nothing of the changes of an hour: a genuine eviction is made', async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_CHANGES_PER_HOUR: '2' });
  system.startIntake();
  system.startWorker();
  const ana = await system.addAnalyst('ana');
  const { scenario, view } = await proposedCase(system);
  const somebody = foreignWorker(system.client, `nobody-${randomUUID()}`);
  const { plan } = offered(view, 'evict')!;
  const on = taskQueues(system.configuration.taskQueuePrefix).respond;
  for (const { service: name } of [seedScenario(system.sandbox), seedScenario(system.sandbox)]) {
    const run = await somebody.start('anything', `finding-1-${randomUUID()}`);
    const [first] = plan.actions;
    const change = { scaling: { mode: 'manual', manual: 0 } };
    const action = { ...first!, when: 'after-quiet', precondition: {}, change, target: { ...first!.target, name } };
    const forged = {
      ...plan,
      case: run.id,
      run: run.run,
      actions: [action],
      quorum: { role: 'approver' },
      watch: { quietSeconds: 1e308 },
    };
    const argument = { plan: forged, decisions: [], action: action.id };
    await somebody.schedule(run, { activity: 'applyAction', on, argument });
  }
  await somebody.stop();
  await system.approve(view, ana, 'evict');
  const done = await within(20_000, system.until(view.id, ['contained', 'failed']));
  expect(done?.state).toBe('contained');
  expect(changesIn(system.sandbox, scenario.service)).toHaveLength(2);
});
