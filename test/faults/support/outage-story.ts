import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { seedScenario } from '../../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../../support/system.ts';
import { answerToTheEnd } from './answer-to-the-end.ts';
import { type Outage, wordsOf } from './outages.ts';
import { checkPromises } from './check-promises.ts';

/** Plays an outage: what the case does meanwhile, and that it goes on by itself afterwards to where it would have got without. */
export async function playOutage(outage: Outage): Promise<void> {
  const system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '4',
    // What fails here is meant to.
    FIREBREAK_LOG_LEVEL: 'error',
  });
  try {
    system.startIntake();
    system.startWorker();
    await play(system, outage, await system.addAnalyst('ana'));
  } finally {
    await system.close();
  }
}

async function play(system: System, outage: Outage, ana: Analyst): Promise<void> {
  const scenario = seedScenario(system.sandbox);
  const { caseId } = scenario;
  if (outage.reaches === 'containing') {
    system.sandbox.control.publish(scenario.notification);
    const view = await system.until(caseId, ['proposed']);
    await outage.begin(system);
    expect((await system.approve(view, ana, 'evict')).outcome).toBe('accepted');
    await system.until(caseId, ['containing']);
    await pause(2_000);
    expect((await system.view(caseId)).state, outage.name).toBe('containing');
  } else {
    await outage.begin(system);
    system.sandbox.control.publish(scenario.notification);
    if (outage.reaches === 'no-case') {
      await pause(2_000);
      await expect(system.client.workflow.getHandle(caseId).describe(), outage.name).rejects.toThrow();
    } else {
      const view = await system.until(caseId, ['proposed']);
      expect(wordsOf(view), `${outage.name}: what is not known`).toMatch(outage.says ?? /./);
      expect((view.proposal?.plans.length ?? 0) > 0, `${outage.name}: plans`).toBe(outage.offersPlans);
    }
  }
  expect(system.changes(), `${outage.name}: nothing acts by itself`).toEqual([]);
  await outage.end(system);
  if (outage.reaches === 'proposed')
    await system.until(
      caseId,
      ['proposed'],
      (view) => outage.offersPlans === true || (view.proposal?.plans.length ?? 0) > 0,
    );
  const { firstRun, view } = await answerToTheEnd(system.client, caseId, ana);
  expect(view.state, outage.name).toBe('contained');
  await checkPromises(system, [{ scenario, firstRun, view }]);
}
