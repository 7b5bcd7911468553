import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../../model/case.ts';
import { steadily } from '../faults/support/steadily.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { type Scenario, seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { within } from './support/people.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker(['cases', 'observe', 'virustotal']);
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

/** The cases of a finding’s name that SCC bears out and that offer something; under whatever id. */
async function casesOf(name: string): Promise<CaseView[] | undefined> {
  const found: CaseView[] = [];
  const query = `TaskQueue = '${taskQueues(system.configuration.taskQueuePrefix).cases}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of system.client.workflow.list({ query })) {
    const view = await system.view(workflowId);
    if (view.finding.name === name && view.confirmed === 'confirmed' && view.proposal?.plans.length) found.push(view);
  }
  return found.length > 0 ? found : undefined;
}

/** Sends a message as it is, and dismisses the case that it opens, if it opens one. */
async function sent(scenario: Scenario, message: string): Promise<void> {
  system.sandbox.control.publishRaw(message);
  const view = await within(10_000, system.until(scenario.caseId, ['proposed']));
  if (view === undefined) return;
  await system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' }));
  await system.client.workflow.getHandle(view.id).result();
}

const real = (scenario: Scenario) =>
  within(
    15_000,
    steadily('the real finding is a case', () => casesOf(scenario.findingName)),
  );

test('a message that names the same finding of another organization keeps no case from the real one', async () => {
  const scenario = seedScenario(system.sandbox);
  const elsewhere = scenario.findingName.replace(/organizations\/\d+/, 'organizations/1');
  expect(elsewhere).not.toBe(scenario.findingName);
  system.sandbox.control.publishRaw(JSON.stringify(scenario.notification).replaceAll(scenario.findingName, elsewhere));
  await within(10_000, system.until(scenario.caseId, ['proposed']));
  system.sandbox.control.publish(scenario.notification);
  expect(await real(scenario)).toHaveLength(1);
});

test('after such a case was dismissed, the real finding is a case all the same', async () => {
  const scenario = seedScenario(system.sandbox);
  const elsewhere = scenario.findingName.replace(/organizations\/\d+/, 'organizations/1');
  const message = JSON.stringify(scenario.notification).replaceAll(scenario.findingName, elsewhere);
  await sent(scenario, message);
  system.sandbox.control.publish(scenario.notification);
  expect(await real(scenario)).toHaveLength(1);
});

test('a message of the year 9999 makes no real news old', async () => {
  const scenario = seedScenario(system.sandbox);
  const { finding } = scenario.notification;
  const ahead = { ...scenario.notification, finding: { ...finding, eventTime: '9999-12-31T23:59:59Z' } };
  await sent(scenario, JSON.stringify(ahead));
  system.sandbox.control.publish(scenario.notification);
  const found = await real(scenario);
  // Said, not swallowed: nothing of it became a dead letter.
  expect(await readdir(system.paths.deadLetters).catch(() => [])).toEqual([]);
  expect(found).toHaveLength(1);
});
