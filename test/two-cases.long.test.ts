import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUndo } from '../cli/undo/start-undo.ts';
import type { CaseView } from '../model/case.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { closeClients, type RespondClients, respondClients } from '../runtime/google-clients.ts';
import { updateService } from '../activities/containment/update-service.ts';
import { replayDifferences } from './faults/support/replays.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let clients: RespondClients;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_WATCH_SECONDS: '0' });
  ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker();
  clients = respondClients({ host: '127.0.0.1', port: system.sandbox.basePort }, 'live');
});
afterAll(async () => {
  await closeClients(clients);
  await system.close();
});

const scaling = async ({ service }: Scenario): Promise<string | undefined> => {
  const target = { kind: 'service', project: 'rhea-prod-4421', location: 'europe-west1', name: service } as const;
  return (await updateService(clients).read(target)).fields.scaling?.mode;
};

async function undone(caseId: string, number = 1): Promise<CaseView> {
  await startUndo(system.configuration, caseId, { json: true, typed: (words) => words });
  const view = await system.until(`undo-${caseId}-${number}`, ['proposed', 'failed']);
  await system.approve(view, ana, 'undo');
  const ended = await system.until(view.id, ['undone', 'failed']);
  await system.client.workflow.getHandle(view.id).result();
  expect(await replayDifferences(system.client, view.id)).toEqual([]);
  return ended;
}

test('two cases on one service, approved at once with one end: one change, and what one holds the other’s way back leaves alone', async () => {
  const scenario = seedScenario(system.sandbox);
  const { findingName, notification } = scenario;
  const id = findingName.split('/').at(-1)!;
  const second = JSON.parse(JSON.stringify(notification).replaceAll(id, `${id.slice(0, -2)}z9`)) as typeof notification;
  for (const one of [notification, second]) system.sandbox.control.publish(one);
  const ids = [scenario.caseId, parseFindings(second)[0]!.finding.caseId];
  const views = await Promise.all(ids.map((one) => system.until(one, ['proposed'])));
  const answers = await Promise.all(views.map((view) => system.approve(view, ana, 'scale-to-zero')));
  expect(answers.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted']);
  const ends = await Promise.all(ids.map((one) => system.until(one, ['contained', 'failed'])));
  expect(ends.map(({ state }) => state)).toEqual(['contained', 'contained']);
  expect(ends.map(({ receipts }) => receipts.map(({ result }) => result).join()).toSorted()).toEqual([
    'already-so',
    'changed',
  ]);
  expect(system.changes()).toHaveLength(1);
  for (const one of ids) await system.client.workflow.getHandle(one).result();

  const [loser, winner] = ends[0]!.receipts[0]!.result === 'changed' ? [ids[1]!, ids[0]!] : [ids[0]!, ids[1]!];
  const refused = await undone(winner);
  expect(refused.state).toBe('failed');
  expect(refused.reason).toContain(`firebreak undo ${loser}`);
  expect(await scaling(scenario)).toBe('manual');
  expect((await undone(loser)).state).toBe('undone');
  expect(await scaling(scenario)).toBe('manual');
  expect((await undone(winner, 2)).state).toBe('undone');
  expect(await scaling(scenario)).toBe('automatic');
});
