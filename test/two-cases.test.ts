import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookFirst } from '../cli/cases/look-first.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

test('a page whose case has not looked for a minute asks it to, and shows what it answers', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  const events = async (): Promise<number> =>
    (await system.client.workflow.getHandle(view.id).describe()).historyLength;
  const before = await events();
  expect(await lookFirst(system.client, view)).toBe(view);
  expect(await events()).toBe(before);
  const old = { ...view, lookedAt: '2026-01-01T00:00:00.000Z' };
  expect(await lookFirst(system.client, old)).toMatchObject({ lookedAt: view.lookedAt });
  await system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' }));
});

/** Another finding about the scenario's service. */
function another({ notification, findingName }: Scenario): Scenario['notification'] {
  const id = findingName.split('/').at(-1)!;
  return JSON.parse(JSON.stringify(notification).replaceAll(id, `${id.slice(0, -2)}z9`)) as Scenario['notification'];
}

test('of two cases on one service the second is told when the first acts, makes its proposal anew, and a vote for what was shown before is stale', async () => {
  const scenario = seedScenario(system.sandbox);
  const second = another(scenario);
  for (const notification of [scenario.notification, second]) system.sandbox.control.putFinding(notification);
  for (const notification of [scenario.notification, second]) system.sandbox.control.publish(notification);
  const [parsed] = parseFindings(second);
  const other = parsed!.finding.caseId;
  const waits = await system.until(other, ['proposed']);
  const first = await system.until(scenario.caseId, ['proposed']);
  await system.approve(first, ana, 'evict');
  const told = await system.until(other, ['proposed'], ({ proposal }) => proposal?.revision !== 1);
  expect(told.timeline.map(({ text }) => text).join()).toContain(
    `${scenario.service} has changed while the case waits; told by ${scenario.caseId}`,
  );
  expect((await system.approve(waits, ana, 'evict')).outcome).toBe('stale');
  const done = await system.until(scenario.caseId, ['contained', 'failed']);
  expect(done.state).toBe('contained');
  expect(done.timeline.map(({ text }) => text).join()).toContain(`told other cases of the same resource: ${other}`);
  await system.client.workflow.getHandle(scenario.caseId).result();
  await system.send(other, await system.sign(await system.view(other), ana, { kind: 'dismiss' }));
  await system.client.workflow.getHandle(other).result();
  for (const id of [scenario.caseId, other]) expect(await replayDifferences(system.client, id)).toEqual([]);
});
