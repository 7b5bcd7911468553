import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hashes } from '../sandbox/scenario/indicators.ts';
import { sha256Hex } from '../model/digest.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { seedScenario } from './support/scenario.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
  system.startWorker();
});
afterEach(() => system.sandbox.control.clearFaults());
afterAll(() => system.close());

test('VirusTotal is asked by what the message says; what SCC says otherwise is asked anew, and alone is shown', async () => {
  const { control } = system.sandbox;
  const scenario = seedScenario(system.sandbox);
  const other = sha256Hex(scenario.caseId);
  const message = JSON.stringify(scenario.notification);
  control.putFinding(JSON.parse(message.replaceAll(hashes.dropper, other)));
  control.clearCalls();
  control.publishRaw(message);
  const { investigation } = await system.until(scenario.caseId, ['proposed']);
  const shown = investigation!.indicators.map(({ value }) => value);
  expect(shown).toContain(other);
  expect(shown).not.toContain(hashes.dropper);
  expect(investigation!.reputation).toHaveLength(shown.length);
  const asked = JSON.stringify(control.calls({ role: 'virustotal' }));
  expect(asked).toContain(hashes.dropper);
  expect(asked).toContain(other);
  expect(await replayDifferences(system.client, scenario.caseId)).toEqual([]);
});

test('VirusTotal is asked once where SCC bears the message out', async () => {
  const scenario = seedScenario(system.sandbox, { ownBinary: true });
  system.sandbox.control.clearCalls();
  system.sandbox.control.publish(scenario.notification);
  await system.until(scenario.caseId, ['proposed']);
  const asked = system.sandbox.control.calls({ method: 'virustotal.v3/files' });
  expect(asked).toHaveLength(1);
});

test('a case that SCC says is over does not wait for VirusTotal, and a message that says so asks it nothing', async () => {
  const { control } = system.sandbox;
  control.fault({ method: 'virustotal.v3/files', delayMilliseconds: 9_000, count: 10 });
  const over = seedScenario(system.sandbox, { ownBinary: true });
  control.putFinding({ ...over.notification, finding: { ...over.notification.finding, state: 'INACTIVE' } });
  control.publishRaw(JSON.stringify(over.notification));
  await system.until(over.caseId, ['withdrawn']);
  await system.client.workflow.getHandle(over.caseId).result();
  const { events } = await system.client.workflow.getHandle(over.caseId).fetchHistory();
  const asked = events!.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'lookUpReputation',
  );
  const answers = events!.map((event) => event.activityTaskCompletedEventAttributes?.scheduledEventId?.toString());
  expect(answers).not.toContain(asked!.eventId!.toString());
  expect(await replayDifferences(system.client, over.caseId)).toEqual([]);

  const muted = seedScenario(system.sandbox, { ownBinary: true });
  control.clearCalls();
  control.publish({ ...muted.notification, finding: { ...muted.notification.finding, mute: 'MUTED' } });
  await system.until(muted.caseId, ['withdrawn']);
  expect(control.calls({ role: 'virustotal' })).toEqual([]);
});
