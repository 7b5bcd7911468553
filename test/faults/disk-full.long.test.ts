import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedScenario } from '../support/scenario.ts';
import { startSystem, type System } from '../support/system.ts';
import { addedTo } from './support/added-to.ts';
import { answerToTheEnd } from './support/answer-to-the-end.ts';
import { checkPromises } from './support/check-promises.ts';
import { fillFolder, type FullFolder } from './support/full-folder.ts';
import { wordsOf } from './support/outages.ts';
import { steadily } from './support/steadily.ts';

let system: System;
let full: FullFolder | undefined;
beforeEach(async () => {
  system = await startSystem({
    FIREBREAK_QUIET_WINDOW_SECONDS: '0',
    FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '4',
    FIREBREAK_LOG_LEVEL: 'error',
  });
});
afterEach(async () => {
  // Before the folder of the system is removed: a file system may be mounted in it.
  await full?.release();
  await system.close();
  full = undefined;
});

/** Waits until nothing is in the folder that could not be written whole. */
async function noHalfFiles(folder: string): Promise<void> {
  if (full?.how === 'file in its place') return;
  await steadily(`no half files in ${folder}`, async () => {
    const half = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'));
    return half.length === 0 ? true : undefined;
  });
}

test('the ledger’s disk full: nothing changes in Cloud Run, and with room again the case is contained by itself', async () => {
  const ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker();
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const proposed = await system.until(scenario.caseId, ['proposed']);
  full = await fillFolder(system.paths.ledger);
  console.log(`ledger: ${full.how}`);
  expect((await system.approve(proposed, ana, 'evict')).outcome).toBe('accepted');
  await system.until(scenario.caseId, ['containing']);
  // Some attempts long.
  await pause(4_000);
  expect((await system.view(scenario.caseId)).state).toBe('containing');
  expect(system.changes()).toEqual([]);
  await noHalfFiles(system.paths.ledger);
  await full.makeRoom();
  const view = await system.until(scenario.caseId, ['contained', 'failed']);
  expect(view.receipts.map(({ result }) => result)).toEqual(['changed', 'changed']);
  await checkPromises(system, [{ scenario, firstRun: proposed.run, view }]);
});

test('the evidence disk full during the investigation: the proposal says what is not known, and with room again there are plans', async () => {
  const ana = await system.addAnalyst('ana');
  system.startIntake();
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  await addedTo(system.client, scenario.caseId, 'started 1');
  full = await fillFolder(system.paths.evidence);
  console.log(`evidence: ${full.how}`);
  system.startWorker();
  const proposed = await system.until(scenario.caseId, ['proposed']);
  expect(wordsOf(proposed)).toMatch(/not confirmed|does not answer|not known|settings/i);
  expect(proposed.proposal?.plans ?? []).toEqual([]);
  expect(system.changes()).toEqual([]);
  await noHalfFiles(system.paths.evidence);
  await full.makeRoom();
  await system.until(scenario.caseId, ['proposed'], (view) => (view.proposal?.plans.length ?? 0) > 0);
  const { firstRun, view } = await answerToTheEnd(system.client, scenario.caseId, ana);
  expect(view.state).toBe('contained');
  await checkPromises(system, [{ scenario, firstRun, view }]);
});

test('the evidence disk full when a finding is reported: its message is kept, and with room again it is a case', async () => {
  const ana = await system.addAnalyst('ana');
  full = await fillFolder(system.paths.evidence);
  console.log(`evidence: ${full.how}`);
  system.startIntake();
  system.startWorker();
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  await pause(2_000);
  await expect(system.client.workflow.getHandle(scenario.caseId).describe()).rejects.toThrow(/not found/i);
  await noHalfFiles(system.paths.evidence);
  await full.makeRoom();
  const { firstRun, view } = await answerToTheEnd(system.client, scenario.caseId, ana);
  expect(view.state).toBe('contained');
  await checkPromises(system, [{ scenario, firstRun, view }]);
});
