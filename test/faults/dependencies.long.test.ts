import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { startSystem } from '../support/system.ts';
import { answerToTheEnd } from './support/answer-to-the-end.ts';
import { checkPromises } from './support/check-promises.ts';
import { outages } from './support/outages.ts';
import { playOutage } from './support/outage-story.ts';

test.each(outages)(
  '$name down: the case gets to where it can, nothing changes, and afterwards it goes on by itself',
  playOutage,
);

test('everything flapping: cases get to their end, with no promise broken', async () => {
  const system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '6',
  });
  try {
    system.startIntake();
    system.startWorker();
    const ana = await system.addAnalyst('ana');
    const scenarios = [0, 1, 0].map((which) => seedScenario(system.sandbox, { which: which === 0 ? 0 : 1 }));
    const over = new AbortController();
    const flapping = (async () => {
      while (!over.signal.aborted) {
        system.sandbox.control.fault({ method: '*', code: 'UNAVAILABLE', count: 1_000 });
        // Of uneven lengths: retries come at doubled distances, and would always meet the same phase of an even beat.
        await pause(150 + Math.random() * 400);
        system.sandbox.control.clearFaults();
        await pause(300 + Math.random() * 900);
      }
    })();
    for (const { notification } of scenarios) system.sandbox.control.publish(notification);
    const cases = await Promise.all(
      scenarios.map(async (scenario) => ({
        scenario,
        ...(await answerToTheEnd(system.client, scenario.caseId, ana)),
      })),
    );
    over.abort();
    await flapping;
    expect(cases.map(({ view }) => view.state)).toEqual(['contained', 'contained', 'contained']);
    await checkPromises(system, cases);
  } finally {
    await system.close();
  }
});
