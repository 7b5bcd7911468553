import { afterAll, beforeAll, expect, test } from 'vitest';
import { demonstrationServices } from '../sandbox/scenario/demonstration.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '1', FIREBREAK_POLICY_CHANGE_SECONDS: '120' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

test('a policy that is in force late is waited for: what still got in is no reason for a harsher plan', async () => {
  system.sandbox.control.setReality({ 'iam-change': 'late' });
  const seeded = seedScenario(system.sandbox);
  const [description] = demonstrationServices(system.sandbox.control.now());
  const revisions = description!.revisions.map((revision) => ({ ...revision, minInstances: 0 }));
  const text = JSON.stringify({ ...description, revisions }).replaceAll('checkout-api', seeded.service);
  // An attacker who comes by a tag keeps the revision alive; it lives on for 25 s after nobody gets in any more.
  system.sandbox.control.seedService({
    ...JSON.parse(text),
    idleSeconds: 25,
    traffic: [
      { revision: seeded.goodRevision, percent: 100 },
      { revision: seeded.badRevision, tag: 'canary' },
    ],
    tagAttacker: { tag: 'canary', everySeconds: 5 },
  });
  system.sandbox.control.publish(seeded.notification);
  await system.approve(await system.until(seeded.caseId, ['proposed']), ana, 'remove-public-invokers');
  const done = await system.until(
    seeded.caseId,
    ['contained', 'failed', 'proposed'],
    ({ receipts, state }) => receipts.length > 0 && state !== 'verifying',
  );
  expect(`${done.state}: ${done.reason}`).toMatch(/^contained: /);
  expect(done.timeline.map((entry) => entry.text).join('\n')).toMatch(
    /is quiet.*; the policy was changed by .*, and may not be in force everywhere before /,
  );
});
