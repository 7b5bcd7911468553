import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayDifferences } from './faults/support/replays.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

test.each(['PERMISSION_DENIED', 'INVALID_ARGUMENT'] as const)(
  'a change that Google answers with %s ends no case: people are asked again, with what failed, and can approve again',
  async (code) => {
    const scenario = seedScenario(system.sandbox);
    system.sandbox.control.publish(scenario.notification);
    const view = await system.until(scenario.caseId, ['proposed']);
    system.sandbox.control.fault({ role: 'respond', method: 'UpdateService', code, count: 1_000 });
    await system.approve(view, ana, 'evict');
    const again = await system.until(scenario.caseId, ['proposed', 'failed'], ({ receipts }) => receipts.length > 0);
    system.sandbox.control.clearFaults();
    expect(again).toMatchObject({ state: 'proposed', run: view.run, receipts: [{ result: 'failed' }] });
    expect(again.proposal?.assessment.known[0]).toMatchObject({
      text: expect.stringMatching(/^An approved plan failed: /),
      reason: expect.stringContaining(code),
    });
    // The vote for what failed is worth nothing any more.
    expect((await system.approve(view, ana, 'evict')).outcome).toBe('stale');
    await system.approve(again, ana, 'evict');
    expect((await system.until(scenario.caseId, ['contained', 'failed'])).state).toBe('contained');
    expect(await replayDifferences(system.client, scenario.caseId)).toEqual([]);
  },
);
