import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { checkPromises } from './support/check-promises.ts';
import { fillFolder } from './support/full-folder.ts';
import { steadily } from './support/steadily.ts';

const hour = 3_600_000;

let system: System;
let ana: Analyst;
beforeEach(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_LOG_LEVEL: 'error' });
  ana = await system.addAnalyst('ana');
});
afterEach(() => system.close());

/** Waits until no message is left in Pub/Sub. */
async function untilTaken(): Promise<void> {
  const pubsub = system.sandbox.control.section<{ subscriptions: Record<string, { messages: object }> }>(
    'pubsub',
    () => ({ subscriptions: {} }),
  );
  await steadily('every message is acknowledged', async () => {
    const left = Object.values(pubsub.value.subscriptions).flatMap(({ messages }) => Object.keys(messages));
    return left.length === 0 ? true : undefined;
  });
}

test.each([5, 75])(
  'Google’s clock jumps %i hours ahead at each stage of a case, with its notification delivered again: one case, contained once',
  async (hours) => {
    const { control } = system.sandbox;
    system.startIntake();
    system.startWorker();
    const scenario = seedScenario(system.sandbox);
    const again = async (): Promise<void> => {
      control.advanceClock(hours * hour);
      for (let copy = 0; copy < 3; copy += 1) control.publishRaw(JSON.stringify(scenario.notification));
      await untilTaken();
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
    const view = await system.until(scenario.caseId, ['contained', 'failed']);
    expect(view.state, view.reason).toBe('contained');
    await again();
    await checkPromises(system, [{ scenario, firstRun: proposed.run, view }]);
  },
);

test('a message that waits while Google’s clock jumps past its lease is delivered again: one case', async () => {
  const { control } = system.sandbox;
  const full = await fillFolder(system.paths.evidence);
  try {
    system.startIntake();
    system.startWorker();
    const scenario = seedScenario(system.sandbox);
    control.publish(scenario.notification);
    await steadily('it is delivered', async () =>
      control.calls({ method: 'ModifyAckDeadline' }).length > 0 ? true : undefined,
    );
    for (let jump = 0; jump < 3; jump += 1) {
      control.advanceClock(26 * hour);
      await pause(700);
    }
    await full.makeRoom();
    const { run } = await system.until(scenario.caseId, ['proposed']);
    await untilTaken();
    const view = await system.view(scenario.caseId);
    expect({ run: view.run, state: view.state }).toEqual({ run, state: 'proposed' });
    expect((await system.approve(view, ana, 'evict')).outcome).toBe('accepted');
    const last = await system.until(scenario.caseId, ['contained', 'failed']);
    await checkPromises(system, [{ scenario, firstRun: run, view: last }]);
  } finally {
    await full.release();
  }
});
