import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analystKeyPath } from '../cli/decide/analyst-key.ts';
import { runFirebreak } from '../cli/test/run-firebreak.ts';
import type { CaseState, CaseView } from '../model/case.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_WATCH_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  const vic = await system.addAnalyst('vic', ['viewer']);
  await mkdir(system.paths.keys, { recursive: true });
  await writeFile(analystKeyPath(system.paths, 'ana'), JSON.stringify(ana.key));
  await writeFile(analystKeyPath(system.paths, 'vic'), JSON.stringify(vic.key));
});
afterAll(() => system.close());

/** `firebreak reopen`, as a person types it. */
function reopen(...args: readonly string[]) {
  const typed = ['reopen', ...args, '--state-dir', system.stateDir];
  return runFirebreak(typed, { ...system.environment, TEMPORAL_ADDRESS: system.address });
}

function publish(scenario: Scenario, change: Record<string, unknown> = {}): void {
  system.sandbox.control.publish({
    ...scenario.notification,
    finding: { ...scenario.notification.finding, ...change },
  });
}

async function ended(view: CaseView, state: CaseState): Promise<void> {
  await system.until(view.id, [state]);
  await system.client.workflow.getHandle(view.id, view.run).result();
}

const later = (scenario: Scenario): string =>
  new Date(Date.parse(String(scenario.notification.finding['eventTime'])) + 120_000).toISOString();

test.each<[CaseState, (view: CaseView, scenario: Scenario) => Promise<unknown>]>([
  ['dismissed', async (view) => system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' }))],
  ['handed-over', async (view) => system.send(view.id, await system.sign(view, ana, { kind: 'hand-over' }))],
  ['contained', (view) => system.approve(view, ana, 'scale-to-zero')],
  ['withdrawn', async (_, scenario) => publish(scenario, { state: 'INACTIVE', eventTime: later(scenario) })],
])('a case that is %s is opened again by who may, by name and with the reason, and asks people', async (state, end) => {
  const scenario = seedScenario(system.sandbox);
  publish(scenario);
  const view = await system.until(scenario.caseId, ['proposed']);
  await end(view, scenario);
  await ended(view, state);
  const refused = await reopen(view.id, '--reason', 'let me', '--as', 'vic');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/vic only looks.*approver or lead/) });
  const done = await reopen(view.id, '--reason', 'it beacons again', '--as', 'ana', '--json');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  const { run } = JSON.parse(done.stdout) as { run: string };
  expect(JSON.parse(done.stdout)).toEqual({ case: view.id, run, reopens: view.run });
  const again = await system.until(view.id, ['proposed'], (one) => one.run === run);
  const told = again.timeline.map(({ text }) => text);
  expect(told).toContain(`the case opens again; the run before it was ${view.run}`);
  expect(told).toContain('opened again by ana: it beacons again');
  // People can decide, and what is decided counts.
  await system.send(again.id, await system.sign(again, ana, { kind: 'hand-over' }));
  await ended(again, 'handed-over');
  expect(await replayDifferences(system.client, view.id)).toEqual([]);
  const audit = ['audit', 'replay', view.id, '--state-dir', system.stateDir];
  const audited = await runFirebreak(audit, { ...system.environment, TEMPORAL_ADDRESS: system.address });
  expect(audited).toMatchObject({ code: 0, stdout: expect.stringMatching(/: ok\n$/) });
});

test('a case that runs is not opened again, and it is said what to type', async () => {
  const scenario = seedScenario(system.sandbox);
  publish(scenario);
  const view = await system.until(scenario.caseId, ['proposed']);
  const refused = await reopen(view.id, '--reason', 'again', '--as', 'ana');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/has not ended.*look-again/) });
  expect((await system.view(view.id)).run).toBe(view.run);
});
