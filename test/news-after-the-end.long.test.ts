import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { publish, submit, typedOn } from './support/submit.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_WATCH_SECONDS: '0',
  });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

const later = (scenario: Scenario, seconds: number): string =>
  new Date(Date.parse(String(scenario.notification.finding['eventTime'])) + seconds * 1000).toISOString();

test('submit tells by words and exit code what became of a finding; of a contained one news is a line in its time line', async () => {
  const scenario = seedScenario(system.sandbox);
  publish(system, scenario);
  const view = await system.until(scenario.caseId, ['proposed']);
  const told = await submit(system, scenario, { description: 'another socket' });
  expect(told).toMatchObject({ code: 3, stdout: expect.stringContaining('"told"') });
  await system.approve(view, ana, 'scale-to-zero');
  await system.until(view.id, ['contained']);
  await system.client.workflow.getHandle(view.id).result();
  const seen = await system.view(view.id);
  const again = { eventTime: later(scenario, 900), description: seen.finding.description };
  expect(await submit(system, scenario, again)).toMatchObject({
    code: 4,
    stdout: expect.stringContaining('"unchanged"'),
  });
  const shown = await typedOn(system)('case', view.id, '--full');
  expect(shown.stdout.replaceAll(/\s+/g, ' ')).toContain('reported again since it ended, last as active at');
  const refused = await submit(system, scenario, { name: 'organizations/1/sources/2' });
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('finding.name') });
  const news = { eventTime: later(scenario, 1_200), description: 'a third socket' };
  expect(await submit(system, scenario, news)).toMatchObject({
    code: 5,
    stdout: expect.stringContaining('"reopened"'),
  });
});

test('a bad record of a file is named with its line, and its neighbours are cases', async () => {
  const [one, two] = [seedScenario(system.sandbox), seedScenario(system.sandbox)];
  const file = join(system.stateDir, 'export.jsonl');
  const never = { ...one.notification, finding: { ...one.notification.finding, eventTime: '1970-01-01T00:00:00Z' } };
  await writeFile(file, [one.notification, never, two.notification].map((each) => JSON.stringify(each)).join('\n'));
  const { code, stdout } = await typedOn(system)('submit', file);
  expect(code).toBe(1);
  const [first, second, third] = stdout.split('\n');
  expect(first).toMatch(new RegExp(`export.jsonl, line 1: started: a new case\\..*case ${one.caseId}`));
  expect(second).toMatch(/export.jsonl, line 2, finding.eventTime: refused: expected a time/);
  expect(third).toContain(two.caseId);
  expect((await typedOn(system)('submit', file, '--json')).stdout).toContain('"record": "line 2, finding.eventTime"');
});

test('a row of the BigQuery export, which does not tell the project, is a case that SCC confirms', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.putFinding(scenario.notification);
  const { canonicalName: _none, ...finding } = scenario.notification.finding;
  const inSnakeCase = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const columns = Object.fromEntries(Object.entries(finding).map(([key, value]) => [inSnakeCase(key), value]));
  const row = { event_time: columns['event_time'], state: 'ACTIVE', mute: 'UNDEFINED', finding: columns };
  const file = join(system.stateDir, 'rows.json');
  await writeFile(file, JSON.stringify([row]));
  const { code, stdout } = await typedOn(system)('submit', file, '--json');
  expect(code).toBe(0);
  const [submitted] = JSON.parse(stdout) as { case: string }[];
  expect(submitted!.case).toMatch(/^finding-o/);
  const view = await system.until(submitted!.case, ['proposed']);
  expect(view.confirmed).toBe('confirmed');
  expect(view.proposal?.plans.map(({ plan }) => plan.kind)).toContain('evict');
  // What the approver's own machine finds at SCC is the same.
  const checked = await typedOn(system)('check', view.id);
  expect(checked.stdout.replaceAll(/\s+/g, ' ')).toContain('as the case says');
  await system.approve(view, ana, 'evict');
  await system.until(view.id, ['contained']);
  await system.client.workflow.getHandle(view.id).result();
});
