import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CaseSummary } from '../../model/case.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import type { Scenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { steadily } from '../faults/support/steadily.ts';
import { endRun } from './support/commands.ts';
import { foreignWorker } from './support/foreign-worker.ts';
import { proposedCase } from './support/genuine.ts';
import { firebreak, within } from './support/people.ts';

let system: System;
let cases: { stop(): Promise<void> };
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker(['observe', 'virustotal', 'respond', 'archive']);
});
beforeEach(() => {
  cases = system.startWorker(['cases']);
});
afterEach(() => cases.stop());
afterAll(() => system.close());

const describe = (id: string) => system.client.workflow.getHandle(id).describe();

/** A case that somebody on the cases’ queue has ended as contained, with a watermark that nothing is newer than. */
async function endedCase(): Promise<{ scenario: Scenario; run: string }> {
  const { scenario, view } = await proposedCase(system);
  await cases.stop();
  const somebody = foreignWorker(system.client, taskQueues(system.configuration.taskQueuePrefix).cases);
  const watermark = '9999-12-31T00:00:00Z';
  const result = { state: 'contained', reason: 'all is well', watermark };
  await somebody.order(view, endRun('contained', { watermark, fingerprint: '0'.repeat(64) }, result));
  await steadily('the run ends', async () =>
    (await describe(view.id)).status.name === 'COMPLETED' ? true : undefined,
  );
  await somebody.stop();
  return { scenario, run: view.run };
}

test('a run that somebody completed as contained is not shown as contained', async () => {
  const { scenario, run } = await endedCase();
  // Where it is opened again by itself that is as good.
  const listed = await steadily('it is listed as ended', async () => {
    const { stdout } = await firebreak(system, 'cases', '--json');
    const found = (JSON.parse(stdout) as CaseSummary[]).find(({ id }) => id === scenario.caseId);
    return found?.run === run && found.state === 'proposed' ? undefined : found;
  });
  expect(listed.state).not.toBe('contained');
  const words = await firebreak(system, 'cases');
  expect(
    words.stdout.split('\n').filter((line) => line.includes(scenario.service) && line.includes('contained')),
  ).toEqual([]);
});

test('news of a finding whose run somebody completed opens its case again', async () => {
  const { scenario, run } = await endedCase();
  cases = system.startWorker(['cases']);
  const { finding } = scenario.notification;
  const news = { eventTime: new Date().toISOString(), severity: 'HIGH', description: 'It goes on.' };
  system.sandbox.control.publish({ ...scenario.notification, finding: { ...finding, ...news } });
  const again = await within(
    30_000,
    system.until(scenario.caseId, ['proposed'], (view) => view.run !== run),
  );
  expect(again?.confirmed).toBe('confirmed');
});
