import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retryDeadLetter } from '../../intake/handle-message.ts';
import { handlingTools } from '../../intake/handling-tools.ts';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { checkPromises } from './support/check-promises.ts';
import { damages } from './support/damages.ts';
import { steadily } from './support/steadily.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_LOG_LEVEL: 'error' });
  ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker();
});
afterAll(() => system.close());

/** What stands in a receipt, damaged; whatever it is, it is neither a receipt nor an entry. */
const text = '{"payload":"e30","protected":"e30","signature":"AA","plan":"p","decisions":[]}';

test('a damaged entry or receipt in the ledger: nothing changes, and once it is gone the case is contained by itself', async () => {
  await mkdir(system.paths.ledger, { recursive: true });
  const stories = damages.flatMap(([name, how]) =>
    ['.receipt', ''].map((kind) => ({ name: `${name} ${kind}`, how, kind })),
  );
  const scenarios = stories.map(() => seedScenario(system.sandbox));
  for (const { notification } of scenarios) system.sandbox.control.publish(notification);
  const started = await Promise.all(
    scenarios.map(async (scenario, index) => {
      const { kind, how } = stories[index]!;
      const proposed = await system.until(scenario.caseId, ['proposed']);
      const { digest, plan } = proposed.proposal!.plans.find((offered) => offered.plan.kind === 'evict')!;
      const path = join(system.paths.ledger, `${digest}.${plan.actions[0]!.id}${kind}.json`);
      await writeFile(path, how(text));
      expect((await system.approve(proposed, ana, 'evict')).outcome).toBe('accepted');
      await system.until(scenario.caseId, ['containing']);
      return { scenario, path, firstRun: proposed.run };
    }),
  );
  // Some attempts long.
  await pause(3_000);
  for (const [index, { scenario }] of started.entries())
    expect((await system.view(scenario.caseId)).state, stories[index]!.name).toBe('containing');
  expect(system.changes()).toEqual([]);
  for (const { path } of started) await rm(path);
  const cases = await Promise.all(
    started.map(async ({ scenario, firstRun }) => {
      return { scenario, firstRun, view: await system.until(scenario.caseId, ['contained', 'failed']) };
    }),
  );
  for (const { view } of cases) expect(view.receipts.map(({ result }) => result)).toEqual(['changed', 'changed']);
  await checkPromises(system, cases);
});

test('a damaged archive index: the finding is put aside as a dead letter that says so, others go on, and it can be taken up', async () => {
  const [broken, sound] = [seedScenario(system.sandbox), seedScenario(system.sandbox)];
  const path = join(system.paths.archiveIndex, `${broken.caseId}.json`);
  await mkdir(system.paths.archiveIndex, { recursive: true });
  await writeFile(path, '{"case":');
  const tools = handlingTools(system.configuration, system.client);
  for (const { notification } of [broken, sound]) system.sandbox.control.publish(notification);
  await system.until(sound.caseId, ['proposed']);
  const letter = await steadily('the dead letter is there', async () => (await tools.deadLetters.list())[0]);
  expect(letter.reason).toContain(path);
  expect(letter.reason).toMatch(/Restore it from a copy, or remove it; then run: firebreak dead-letters retry/);
  await expect(system.client.workflow.getHandle(broken.caseId).describe()).rejects.toThrow(/not found/i);
  await rm(path);
  expect((await retryDeadLetter(letter.id, tools)).deadLetter).toBeUndefined();
  await system.until(broken.caseId, ['proposed']);
  expect(await tools.deadLetters.list()).toEqual([]);
});
