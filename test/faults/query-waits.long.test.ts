import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseView } from '../../model/case.ts';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { addedTo } from './support/added-to.ts';
import { answerToTheEnd } from './support/answer-to-the-end.ts';
import { eventsOf, taskFailures } from './support/history-steps.ts';
import { replayDifferences } from './support/replays.ts';
import { steadily } from './support/steadily.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker(['observe', 'virustotal', 'respond']);
});
afterAll(() => system.close());

/** Several, since which of the waiting tasks a worker gets first is the server's choice. */
const scenarioCount = 6;

test('someone who looks at a case while no worker runs does it no harm: it can be replayed, and comes to its end', async () => {
  const ana = await system.addAnalyst('ana');
  const { control } = system.sandbox;
  control.fault({ method: 'ListLogEntries', delayMilliseconds: 8_000, count: 1_000 });
  const scenarios = Array.from({ length: scenarioCount }, () => seedScenario(system.sandbox));
  const ids = scenarios.map(({ caseId }) => caseId);
  const first = system.startWorker(['cases']);
  for (const { notification } of scenarios) control.publish(notification);
  for (const id of ids) await addedTo(system.client, id, 'activity pullContainerLogs 1');
  await pause(1_000);
  await first.stop();
  // They wait for a worker; meanwhile the last answer of the investigation comes in, and a query takes it along.
  const looks = ids.flatMap((id) => Array.from({ length: 4 }, () => system.view(id)));
  const settled = Promise.allSettled(looks);
  for (const id of ids)
    await steadily(`the logs of ${id} come in`, async () => ((await logsAreIn(id)) ? true : undefined));
  control.clearFaults();
  const second = system.startWorker(['cases']);
  await settled;
  const views = await Promise.all(ids.map((id) => system.until(id, ['proposed'], offersTheWayBack)));
  // What this worker answers is in the history for good, so a replay has to find the same proposals.
  const early = views.filter((_, index) => index % 2 === 0);
  for (const view of early) await answerToTheEnd(system.client, view.id, ana);
  // Another worker knows the rest from their histories alone, and offers what was seen before.
  await second.stop();
  system.startWorker(['cases']);
  for (const view of views.filter((seen) => !early.includes(seen)))
    expect((await system.approve(view, ana, 'evict')).outcome, view.id).toBe('accepted');
  for (const id of ids) {
    expect((await system.until(id, ['contained', 'failed'])).state, id).toBe('contained');
    await system.client.workflow.getHandle(id).result();
    expect(taskFailures(await eventsOf(system.client, id)), id).toEqual([]);
    expect(await replayDifferences(system.client, id), id).toEqual([]);
  }
});

/** Whether past traffic has answered too, which is late where each call takes so long. */
function offersTheWayBack({ proposal }: CaseView): boolean {
  return proposal?.plans.some(({ plan }) => plan.kind === 'evict') === true;
}

/** Whether the server has the answer of the log export. */
async function logsAreIn(id: string): Promise<boolean> {
  const events = await eventsOf(system.client, id);
  const asked = events.find(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'pullContainerLogs',
  );
  return events.some(
    ({ activityTaskCompletedEventAttributes: completed }) =>
      asked?.eventId && completed?.scheduledEventId?.toString() === asked.eventId.toString(),
  );
}
