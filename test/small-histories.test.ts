import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUndo } from '../cli/undo/start-undo.ts';
import { demonstrationServices } from '../sandbox/scenario/demonstration.ts';
import { largestPayload } from './support/largest-payload.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_WATCH_SECONDS: '600', FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

test('promise 10: no payload is over 64 KiB, with a finding and a policy as large as they may be', async () => {
  const seeded = seedScenario(system.sandbox);
  const [description] = demonstrationServices(system.sandbox.control.now());
  const members = Array.from({ length: 150 }, (_, index) => `user:someone-with-a-long-name-${index}@example.com`);
  system.sandbox.control.seedService({
    ...JSON.parse(JSON.stringify(description).replaceAll('checkout-api', seeded.service)),
    invokers: ['allUsers', ...members],
  });
  const { finding } = seeded.notification;
  const notification = { ...seeded.notification, finding: { ...finding, nextSteps: 'x'.repeat(20_000) } };
  system.sandbox.control.publish(notification);
  await system.approve(await system.until(seeded.caseId, ['proposed']), ana, 'remove-public-invokers');
  expect((await system.until(seeded.caseId, ['contained', 'failed'])).state).toBe('contained');
  await system.client.workflow.getHandle(seeded.caseId).result();
  expect(await largestPayload(system.client, seeded.caseId)).toBeLessThan(65_536);
  expect(await largestPayload(system.client, `watch-${seeded.caseId}`)).toBeLessThan(65_536);
  // Kept in parts, it can be given back all the same.
  await startUndo(system.configuration, seeded.caseId, { json: true, typed: (words) => words });
  const undo = await system.until(`undo-${seeded.caseId}-1`, ['proposed', 'failed']);
  await system.approve(undo, ana, 'undo');
  expect((await system.until(undo.id, ['undone', 'failed'])).state).toBe('undone');
  expect(await largestPayload(system.client, undo.id)).toBeLessThan(65_536);
});
