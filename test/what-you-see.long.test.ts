import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedView } from '../cli/check/checked-view.ts';
import { ownKnowledge } from '../cli/check/own-knowledge.ts';
import type { CheckReport } from '../cli/check/report.ts';
import { analystKeyPath } from '../cli/decide/analyst-key.ts';
import { type Ended, runFirebreak } from '../cli/test/run-firebreak.ts';
import { startUndo } from '../cli/undo/start-undo.ts';
import type { CaseView, UndoInput } from '../model/case.ts';
import { digestOf } from '../model/digest.ts';
import type { OfferedPlan } from '../model/plan.ts';
import { sixWords } from '../model/words.ts';
import { ensureTrust } from '../runtime/first-trust.ts';
import { closeClients, type RespondClients, respondClients } from '../runtime/google-clients.ts';
import { readHalt, writeHalt, writeResume } from '../runtime/halt.ts';
import { folderLedger } from '../runtime/ledger.ts';
import { statePaths } from '../runtime/state-folder.ts';
import { taskQueues, usualRoles } from '../runtime/task-queues.ts';
import { trustDocument } from '../runtime/trust.ts';
import { proposalDigest } from '../workflows/assessment/propose.ts';
import { answeringFor } from './support/answering-for.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

/** With `npm run test:all` only: the rest is the sample that everybody runs. */
const atLength = test.runIf(process.env['FIREBREAK_TEST_ALL'] !== undefined);

let system: System;
let ana: Analyst;
let clients: RespondClients;
let cases: { stop(): Promise<void> };
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '1', FIREBREAK_WATCH_SECONDS: '0' });
  system.startIntake();
  system.startWorker(usualRoles(system.configuration).filter((role) => role !== 'cases' && role !== 'observe'));
  startObserve();
  cases = system.startWorker(['cases']);
  ana = await system.addAnalyst('ana');
  await writeFile(analystKeyPath(system.paths, 'ana'), JSON.stringify(ana.key));
  clients = respondClients({ host: '127.0.0.1', port: system.sandbox.basePort }, 'live');
});
afterAll(async () => {
  await closeClients(clients);
  await system.close();
});

let observe: { stop(): Promise<void> };
function startObserve(): void {
  observe = system.startWorker(['observe']);
}

const run = (...args: string[]): Promise<Ended> =>
  runFirebreak(['--state-dir', system.stateDir, ...args], {
    ...system.environment,
    TEMPORAL_ADDRESS: system.address,
  });

const approve = (id: string, plan: string): Promise<Ended> =>
  run('approve', id, '--plan', plan, '--reason', 'as shown', '--no-wait');

async function proposed(): Promise<{ readonly scenario: Scenario; readonly view: CaseView }> {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  return { scenario, view: await system.until(scenario.caseId, ['proposed']) };
}

const planOf = (view: CaseView, kind: string): OfferedPlan =>
  view.proposal!.plans.find(({ plan }) => plan.kind === kind)!;

/** As it reads, without line breaks. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');

const holds = async (view: CaseView): Promise<string> => {
  const { problems } = await checkedView(view, { ...(await ownKnowledge(system.configuration)), purpose: 'deciding' });
  return problems.map(({ text }) => text).join('\n');
};

test('case, check, approve and the time line print the same words of a plan; approve says what it changes, to what, before it sends', async () => {
  const { scenario, view } = await proposed();
  const { id, digest, plan } = planOf(view, 'evict');
  const words = sixWords(digest);
  const target = `projects/rhea-prod-4421 · location europe-west1 · service ${scenario.service}`;
  expect(view.timeline.map(({ text }) => text).join('\n')).toContain(`recommended is ${id} (${words})`);
  const page = await run('case', view.id);
  expect(flat(page.stdout)).toContain(`${id} (six words: ${words})`);
  expect(flat(page.stdout)).toContain(`changes ${target}`);

  const checked = await run('check', view.id);
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  for (const text of [digest, words, target, 'SCC: it has the finding', `${target} is as the case says`])
    expect(flat(checked.stdout)).toContain(text);
  expect(checked.stdout).toContain('Everything that was checked holds.');
  const compare = async (...args: string[]) => (await run('check', view.id, ...args)).code;
  expect(await compare('--words', words.toUpperCase(), '--digest', digest)).toBe(0);
  expect(await compare('--words', sixWords('0'.repeat(64)))).toBe(1);
  expect(await compare('--digest', digest.slice(0, 6))).toBe(2);

  const approved = await run('approve', view.id, '--plan', id, '--reason', 'as shown');
  expect(approved.code, approved.stdout + approved.stderr).toBe(0);
  const before = flat(approved.stdout.slice(0, approved.stdout.indexOf('ana: accepted')));
  expect(before).toContain(`You sign: ${id}: ${plan.title}`);
  for (const text of [digest, `six words ${words}`, `target ${target}`, 'scaling after manual, 0 instances'])
    expect(before).toContain(text);
  const contained = await run('check', view.id, '--json');
  const report = JSON.parse(contained.stdout) as CheckReport;
  expect(report).toMatchObject({ state: 'contained', holds: true });
  expect(report.held).toContain('2 receipts: signed by respond workers on the roster');
  // What the case changed is not what it found.
  expect(report.sources).toContainEqual(expect.objectContaining({ at: 'Cloud Run', found: 'differs' }));
});

test('check says where SCC, Cloud Run or the evidence store say otherwise, and where it could not look', async () => {
  const { scenario, view } = await proposed();
  const name = `projects/rhea-prod-4421/locations/europe-west1/services/${scenario.service}`;
  const [operation] = await clients.services.updateService({
    service: { name, ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' },
    updateMask: { paths: ['ingress'] },
  });
  await operation.promise();
  const changed = await run('check', view.id);
  expect(changed.code).toBe(0);
  expect(flat(changed.stdout)).toMatch(/Cloud Run says otherwise now: .*ingress is/);

  system.sandbox.control.fault({ method: 'ListFindings', role: 'observe', code: 'PERMISSION_DENIED', count: 100 });
  const denied = await run('check', view.id);
  system.sandbox.control.clearFaults();
  expect(denied.code).toBe(0);
  expect(flat(denied.stdout)).toMatch(/SCC: not looked at: .*PERMISSION_DENIED/);

  const { sha256 } = view.document;
  await rm(join(system.configuration.evidenceFolder, 'sha256', sha256.slice(0, 2), sha256));
  const missing = await run('check', view.id);
  expect(missing.code).toBe(1);
  expect(flat(missing.stdout)).toContain(`evidence store, the finding: ${sha256} is not there`);
});

test('somebody who answers for a case with the texts of one plan and the actions of another gets no signature', async () => {
  const { view } = await proposed();
  await cases.stop();
  const { proposal } = view;
  const [evict, scale] = [planOf(view, 'evict'), planOf(view, 'scale-to-zero')];
  const plan = { ...evict.plan, actions: scale.plan.actions };
  const digest = digestOf(plan);
  const shown = { ...evict, plan, digest, id: `evict-${digest.slice(0, 6)}` };
  const plans = proposal!.plans.map((one) => (one === evict ? shown : one));
  const forged = { ...proposal!, plans, recommendation: { ...proposal!.recommendation, plan: shown.id } };
  const own = { ...forged, digest: proposalDigest({ case: view.id, run: view.run }, forged) };
  const queue = taskQueues(system.configuration.taskQueuePrefix).cases;
  const somebody = answeringFor(system.client, queue, { ...view, proposal: own });
  const changes = system.changes().length;
  const page = await run('case', view.id);
  const refused = await approve(view.id, shown.id);
  // Another case's view under this case's id is told apart as well.
  await somebody.stop();
  const another = answeringFor(system.client, queue, { ...view, id: `${view.id}0` });
  const foreign = await run('dismiss', view.id, '--reason', 'benign');
  await another.stop();
  cases = system.startWorker(['cases']);
  expect(page.stdout).toMatch(/^WHAT DOES NOT HOLD\n {2}- plan evict-/);
  expect(page.stdout).not.toContain('npx firebreak approve');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('nothing is signed');
  expect(flat(refused.stderr)).toMatch(/plan evict-[0-9a-f]{6}: it has 1 actions, and this machine makes 2/);
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('says that it is another case') });
  expect(await system.view(view.id)).toMatchObject({ state: 'proposed', decisions: [] });
  expect(system.changes()).toHaveLength(changes);
});

test('what a foreign worker answers on observe’s queue is not known: no plan is approved on it, and people can end the case', async () => {
  await observe.stop();
  const folder = await mkdtemp(join(tmpdir(), 'firebreak foreign '));
  const paths = statePaths(folder);
  await ensureTrust(paths);
  const somebody = system.startWorker(['observe'], { paths: { ...system.paths, keys: paths.keys } });
  const { view } = await proposed();
  const plan = planOf(view, 'evict');
  const page = await run('case', view.id);
  const refused = await approve(view.id, plan.id);
  const dismissed = await run('dismiss', view.id, '--reason', 'nobody has seen it');
  await somebody.stop();
  await rm(folder, { recursive: true });
  startObserve();
  expect(flat(page.stdout)).toContain('the settings: not known: the answer is not signed by observe');
  expect(page.stdout).not.toContain('npx firebreak approve');
  expect(refused.code).toBe(1);
  expect(flat(refused.stderr)).toContain('the finding: not known: the answer is not signed by observe');
  expect(dismissed.code, dismissed.stderr).toBe(0);
  expect(flat(dismissed.stdout)).toContain('Does not hold: the finding: not known');
  expect((await system.until(view.id, ['dismissed', 'contained', 'failed'])).receipts).toEqual([]);
});

test('a way back is approved as its case’s records make it; one that somebody started with actions of his own names its target and is refused', async () => {
  const { scenario, view } = await proposed();
  await system.approve(view, ana, 'evict');
  await system.until(view.id, ['contained', 'failed']);
  await system.client.workflow.getHandle(view.id).result();
  await startUndo(system.configuration, view.id, { json: true, typed: (words) => words });
  const genuine = await system.until(`undo-${view.id}-1`, ['proposed', 'failed']);
  expect(await holds(genuine)).toBe('');

  const vault = seedScenario(system.sandbox).service;
  const { events } = await system.client.workflow.getHandle(genuine.id).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const input = JSON.parse(Buffer.from(payload!.data!).toString('utf8')) as UndoInput;
  const [given] = input.undoes.actions;
  const action = { ...given!, title: 'gets back its traffic', target: { ...given!.target, name: vault } };
  const id = `undo-${view.id}-2`;
  await system.client.workflow.start('undoCase', {
    workflowId: id,
    taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
    args: [{ ...input, undoes: { ...input.undoes, actions: [action] } }],
  });
  const forged = await system.until(id, ['proposed', 'failed']);
  const page = flat((await run('case', id)).stdout);
  expect(page).toContain(`projects/rhea-prod-4421 · location europe-west1 · service ${vault}`);
  expect(page).not.toContain('gets back its traffic');
  const refused = await approve(id, planOf(forged, 'undo').id);
  expect(refused.code).toBe(1);
  expect(flat(refused.stderr)).toContain(`service ${vault}, which is not the finding’s resource`);
  expect(await system.view(id)).toMatchObject({ decisions: [], receipts: [] });

  const back = await approve(genuine.id, planOf(genuine, 'undo').id);
  expect(back.code, back.stderr).toBe(0);
  expect(flat(back.stdout)).toContain(`service ${scenario.service}`);
  expect((await system.until(genuine.id, ['undone', 'failed'])).state).toBe('undone');
});

atLength('the rest of a plan that was stopped on the way is what this machine makes of its receipts', async () => {
  const ledger = folderLedger(system.configuration.ledgerFolder);
  const person = { name: ana.id, key: ana.key };
  const { view } = await proposed();
  await system.approve(view, ana, 'evict');
  await system.until(view.id, ['verifying']);
  await writeHalt(ledger, person, 'the wrong service was hit');
  const again = await system.until(view.id, ['proposed'], ({ proposal }) => proposal?.digest !== view.proposal?.digest);
  await writeResume(ledger, person, (await readHalt(ledger, trustDocument({ paths: system.paths })))!, 'settled');
  expect(planOf(again, 'finish').recommended).toBe(true);
  expect(await holds(again)).toBe('');
  expect(await holds({ ...again, stopped: null })).toMatch(/plan finish-.*none that this machine makes/);
  expect(await holds({ ...again, stopped: { ...again.stopped!, actions: [] } })).toMatch(/plan finish-.*none that/);
  const finished = await approve(again.id, planOf(again, 'finish').id);
  expect(finished.code, finished.stderr).toBe(0);
  expect((await system.until(view.id, ['contained', 'failed'])).state).toBe('contained');
});
