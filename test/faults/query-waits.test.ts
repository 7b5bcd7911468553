import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { addedTo } from './support/added-to.ts';
import { answerToTheEnd } from './support/answer-to-the-end.ts';
import { eventsOf, taskFailures } from './support/history-steps.ts';
import { replayDifferences } from './support/replays.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['observe', 'virustotal', 'respond']);
});
afterAll(() => system.close());

test('someone who looks at a case while no worker runs does it no harm: it can be replayed, and comes to its end', async () => {
  const ana = await system.addAnalyst('ana');
  const { control } = system.sandbox;
  control.fault({ method: 'ListLogEntries', delayMilliseconds: 1_500, count: 1 });
  const scenario = seedScenario(system.sandbox);
  const first = system.startWorker(['cases']);
  control.publish(scenario.notification);
  await addedTo(system.client, scenario.caseId, 'activity pullContainerLogs 1');
  await pause(500);
  await first.stop();
  // Waits for a worker; meanwhile the last answer of the investigation comes in, and the query takes it along.
  const looks = Array.from({ length: 4 }, () => system.view(scenario.caseId));
  await pause(2_000);
  const second = system.startWorker(['cases']);
  await Promise.allSettled(looks);
  await system.until(scenario.caseId, ['proposed']);
  // Another worker knows the case from its history alone.
  await second.stop();
  system.startWorker(['cases']);
  const { view } = await answerToTheEnd(system.client, scenario.caseId, ana);
  expect(view.state).toBe('contained');
  expect(taskFailures(await eventsOf(system.client, scenario.caseId))).toEqual([]);
  expect(await replayDifferences(system.client, scenario.caseId)).toEqual([]);
});
