import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { checkPromises } from './support/check-promises.ts';
import { deliveries, untilAcknowledged } from './support/deliveries.ts';
import { fillFolder } from './support/full-folder.ts';
import { steadily } from './support/steadily.ts';

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

test('a message that waits while Google’s clock jumps past its lease is delivered again: one case', async () => {
  const { control } = system.sandbox;
  const full = await fillFolder(system.paths.evidence);
  try {
    system.startIntake();
    system.startWorker();
    const scenario = seedScenario(system.sandbox);
    control.publish(scenario.notification);
    await steadily('it is delivered', async () => (deliveries(system)[0] === 1 ? true : undefined));
    for (let jump = 0; jump < 3; jump += 1) {
      control.advanceClock(26 * hour);
      await pause(700);
    }
    expect(deliveries(system)).toHaveLength(1);
    await full.makeRoom();
    const { run } = await system.until(scenario.caseId, ['proposed']);
    await untilAcknowledged(system);
    const view = await system.view(scenario.caseId);
    expect({ run: view.run, state: view.state }).toEqual({ run, state: 'proposed' });
    await system.send(view.id, await system.sign(view, ana, { kind: 'hand-over' }));
    const last = await system.until(scenario.caseId, ['handed-over']);
    expect(system.changes()).toEqual([]);
    await checkPromises(system, [{ scenario, firstRun: run, view: last }]);
  } finally {
    await full.release();
  }
});
