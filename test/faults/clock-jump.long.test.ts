import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { answerToTheEnd } from './support/answer-to-the-end.ts';
import { checkPromises } from './support/check-promises.ts';
import { untilAcknowledged } from './support/deliveries.ts';

const hour = 3_600_000;

let system: System;
let ana: Analyst;
beforeEach(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '6',
    FIREBREAK_LOG_LEVEL: 'error',
  });
  ana = await system.addAnalyst('ana');
});
afterEach(() => system.close());

test.each([5, 75])(
  'Google’s clock jumps %i hours ahead at each stage of a case, with its notification delivered again: one case, each change made once, nothing called quiet that is not',
  async (hours) => {
    const { control } = system.sandbox;
    system.startIntake();
    system.startWorker();
    const scenario = seedScenario(system.sandbox);
    const again = async (): Promise<void> => {
      control.advanceClock(hours * hour);
      for (let copy = 0; copy < 3; copy += 1) control.publishRaw(JSON.stringify(scenario.notification));
      await untilAcknowledged(system);
    };
    control.publish(scenario.notification);
    await system.until(scenario.caseId, ['investigating', 'proposed']);
    await again();
    const proposed = await system.until(scenario.caseId, ['proposed']);
    await again();
    // Between the two actions, where the change is under way.
    control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 1_500, count: 2 });
    expect((await system.approve(await system.view(scenario.caseId), ana, 'evict')).outcome).toBe('accepted');
    await system.until(scenario.caseId, ['containing', 'verifying', 'contained']);
    await again();
    // Log lines from what is the future to the engine are signs of life, never quiet: then the case asks again, and a person hands it over.
    const { view } = await answerToTheEnd(system.client, scenario.caseId, ana);
    expect(['contained', 'handed-over'], view.reason).toContain(view.state);
    await again();
    await checkPromises(system, [{ scenario, firstRun: proposed.run, view }]);
  },
);
