import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../model/case.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

const findings = 300;
/** Seconds that Temporal and two busy cores may add to the budget. */
const slack = 15;

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_VIRUSTOTAL_PER_MINUTE: '4', FIREBREAK_LOG_CALLS_PER_MINUTE: '50' }, 'on');
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

test('300 findings within a minute, a tenth of them sharing binaries, spend no quota beyond its limit and wait no longer than the budget', async () => {
  const scenarios: Scenario[] = [];
  for (let index = 0; index < findings; index += 1) {
    const scenario = seedScenario(system.sandbox, { ownBinary: index % 10 !== 0 });
    scenarios.push(scenario);
    system.sandbox.control.publish(scenario.notification);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  const views: CaseView[] = [];
  for (const { caseId } of scenarios) views.push(await system.until(caseId, ['proposed']));
  for (const { proposal, openedAt } of views) {
    expect((Date.parse(proposal!.openedAt) - Date.parse(openedAt)) / 1000).toBeLessThan(30 + slack);
  }
  // Nobody was refused for a quota, and each indicator was asked about once.
  const calls = system.sandbox.control.calls();
  expect(calls.filter(({ code }) => code === 'RESOURCE_EXHAUSTED' || code === 'QuotaExceededError')).toEqual([]);
  const asked = system.sandbox.control
    .calls({ role: 'virustotal' })
    .map(({ method, request }) => `${method} ${JSON.stringify(request)}`);
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked).size).toBe(asked.length);
  // What was late arrives as a revision, or says why it never came.
  const waiting = views.find(({ investigation }) => investigation?.logs.status === 'pending');
  const late = await system.until(
    waiting!.id,
    ['proposed'],
    ({ investigation }) => investigation?.logs.status === 'answered',
  );
  expect(late.timeline.some(({ text }) => text.includes('answered late'))).toBe(true);
}, 1_800_000);
