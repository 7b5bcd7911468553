import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUndo } from '../cli/undo/start-undo.ts';
import { readHalt, writeHalt, writeResume } from '../runtime/halt.ts';
import { folderLedger } from '../runtime/ledger.ts';
import { trustDocument } from '../runtime/trust.ts';
import { openEyes, type Eyes } from './support/detector-fixtures-live.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let eyes: Eyes;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '4', FIREBREAK_WATCH_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  eyes = openEyes(system.sandbox);
});
afterAll(async () => {
  await eyes.close();
  await system.close();
});

test('promise 6: a plan that was halted on the way and finished by one of its own is given back whole', async () => {
  const ledger = folderLedger(system.configuration.ledgerFolder);
  const person = { name: ana.id, key: ana.key };
  const { caseId, notification, service: name } = seedScenario(system.sandbox);
  const before = await eyes.fieldsOf({ kind: 'service', name });
  system.sandbox.control.publish(notification);
  const view = await system.until(caseId, ['proposed']);
  await system.approve(view, ana, 'evict');
  await system.until(caseId, ['verifying']);
  await writeHalt(ledger, person, 'the wrong service was hit');
  const again = await system.until(caseId, ['proposed'], ({ proposal }) => proposal?.digest !== view.proposal?.digest);
  await writeResume(ledger, person, (await readHalt(ledger, trustDocument({ paths: system.paths })))!, 'settled');
  await system.approve(again, ana, 'finish');
  const done = await system.until(caseId, ['contained', 'failed']);
  expect(done.receipts.map(({ result }) => result)).toEqual(['changed', 'halted', 'changed']);
  expect(new Set(done.receipts.map(({ plan }) => plan)).size).toBe(2);
  await system.client.workflow.getHandle(caseId).result();
  const left = await eyes.fieldsOf({ kind: 'service', name });
  expect(left).not.toEqual(before);

  await startUndo(system.configuration, caseId, { json: true, typed: (words) => words });
  const back = await system.until(`undo-${caseId}-1`, ['proposed', 'failed']);
  // What the first plan stopped and the second gave back, the scaling, is as it was: traffic is all that is left.
  expect(back.proposal?.plans.map(({ plan }) => plan.actions.map(({ change }) => Object.keys(change)))).toEqual([
    [['traffic']],
  ]);
  await system.approve(back, ana, 'undo');
  const undone = await system.until(back.id, ['undone', 'failed']);
  expect(`${undone.state}: ${undone.reason}`).toMatch(/^undone: /);
  expect(await eyes.fieldsOf({ kind: 'service', name })).toEqual(before);
});
