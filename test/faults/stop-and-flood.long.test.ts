import { afterAll, beforeAll, expect, test } from 'vitest';
import { addApprover, type Analyst } from './support/analyst.ts';
import { approveToTheEnd } from './support/conduct.ts';
import { floodWithCopies } from './support/flood.ts';
import { startProcessSystem, type ProcessSystem } from './support/process-system.ts';
import { publishScenario } from './support/publish-scenario.ts';
import { steadily } from './support/steadily.ts';

let system: ProcessSystem;
let ana: Analyst;
beforeAll(async () => {
  system = await startProcessSystem();
  ana = await addApprover(system.paths, system.rootKey, 'ana');
});
afterAll(() => system.close());

test('a respond worker that is told to end in the middle of an action finishes it first', async () => {
  await system.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 2_000, count: 2 });
  const scenario = await publishScenario(system.control);
  const ended = approveToTheEnd(system.client, scenario.caseId, ana);
  const changes = async () => (await system.control.calls('UpdateService')).filter(({ role }) => role === 'respond');
  // The validation, then the change itself.
  await steadily('the change is under way', async () => ((await changes()).length === 2 ? true : undefined));
  expect(await system.signal('respond', 'SIGTERM')).toEqual({ code: 0, signal: null });
  // It waited for the operation, and read back: the action's receipt is there before any other worker starts.
  const first = await steadily('the first action is answered', async () => {
    const { generation } = await system.control.service(scenario.service);
    return generation === 3 ? generation : undefined;
  });
  expect(first).toBe(3);
  await system.start('respond');
  const view = await ended;
  expect(view.state).toBe('contained');
  expect(view.receipts.map(({ result, detail }) => [result, detail])).toEqual([
    ['changed', ''],
    ['changed', ''],
  ]);
});

test('the same notification a hundred times from twenty publishers, intake killed twice in between: one case', async () => {
  await floodWithCopies(system, 100, 11);
});
