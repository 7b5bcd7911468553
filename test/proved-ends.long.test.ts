import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { stateProver } from '../cli/cases/proved-state.ts';
import { listCases } from '../cli/cases/list-cases.ts';
import { handlingTools } from '../intake/handling-tools.ts';
import { createSweep } from '../intake/sweep.ts';
import type { CaseView } from '../model/case.ts';
import { identityOf } from '../model/finding-name.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { intakeFolders } from '../runtime/archive-index.ts';
import { newSigningKey, signJson } from '../runtime/signatures.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import type { Asked } from './support/asking-workflow.ts';
import { foreignWorker } from './support/foreign-worker.ts';
import { seedScenario, type Scenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
const warnings: string[] = [];
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_INVESTIGATION_BUDGET_SECONDS: '4' });
  system.startIntake();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

/** Intake's sweep, at once and not after a minute. */
function sweeper(): () => Promise<void> {
  return createSweep({
    tools: handlingTools(system.configuration, system.client),
    folder: intakeFolders(system.paths.archiveIndex).opened,
    warn: (about, text) => void warnings.push(`${about['case']}: ${text}`),
    signal: new AbortController().signal,
  });
}

const told = (id: string): string[] => warnings.filter((line) => line.startsWith(id));
const queues = () => taskQueues(system.configuration.taskQueuePrefix);

async function published(): Promise<Scenario> {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  await vi.waitFor(() => system.client.workflow.getHandle(scenario.caseId).describe(), { timeout: 60_000 });
  return scenario;
}

/** How the list of cases shows it. */
async function listed(id: string) {
  const all = await listCases(system.client, stateProver(system.configuration));
  return all.find((one) => one.id === id);
}

test('a run that a foreign worker completes as contained is shown as not proved, and the case is opened again', async () => {
  const foreign = await foreignWorker(system.address, {
    taskQueue: queues().cases,
    workflows: '../../intake/test/stand-in-case.ts',
  });
  const { caseId } = await published();
  const handle = system.client.workflow.getHandle(caseId);
  const { runId } = await handle.describe();
  await handle.signal('end', { state: 'contained', watermark: '2099-01-01T00:00:00Z' });
  await handle.result();
  await foreign.stop();
  await vi.waitFor(
    async () => {
      const shown = await listed(caseId);
      expect(shown?.state).toBe('ended-in-temporal');
      expect(shown?.ended).toMatch(/completed by somebody, not by Firebreak \(who calls itself "somebody else"\)/);
    },
    { timeout: 60_000, interval: 200 },
  );

  const sweep = sweeper();
  await Promise.all([sweep(), sweeper()()]);
  await sweep();
  expect(told(caseId).length).toBeGreaterThan(0);
  const worker = system.startWorker();
  const again = await system.until(caseId, ['proposed']);
  expect(again.run).not.toBe(runId);
  expect(again.timeline[0]?.text).toContain(
    `the run before it was ${runId}. It ended in Temporal: completed by somebody`,
  );
  await worker.stop();
});

describe('with our own workers', () => {
  let worker: { stop(): Promise<void> };
  beforeAll(() => {
    worker = system.startWorker();
  });
  afterAll(() => worker.stop());

  async function proposed(): Promise<{ readonly scenario: Scenario; readonly view: CaseView }> {
    const scenario = await published();
    return { scenario, view: await system.until(scenario.caseId, ['proposed']) };
  }

  test.each([
    ['terminated', (id: string) => system.client.workflow.getHandle(id).terminate('because I can')],
    ['cancelled', (id: string) => system.client.workflow.getHandle(id).cancel()],
    [
      'gone',
      async (id: string) => {
        const { namespace } = system.client.options;
        await system.client.workflowService.deleteWorkflowExecution({
          namespace,
          workflowExecution: { workflowId: id },
        });
      },
    ],
  ] as const)('a case that was %s in Temporal is opened again, once, and says so', async (how, end) => {
    const { scenario, view } = await proposed();
    const sweep = sweeper();
    await sweep();
    expect(told(scenario.caseId)).toEqual([]);
    await end(scenario.caseId);
    await vi.waitFor(
      async () => {
        await sweep();
        expect(told(scenario.caseId)).toHaveLength(1);
      },
      { timeout: 60_000, interval: 300 },
    );
    expect(told(scenario.caseId)[0]).toContain(how);
    const again = await system.until(scenario.caseId, ['proposed'], ({ run }) => run !== view.run);
    expect(again.timeline[0]?.text).toContain(how);
    // Ended again within the minute: no flood, and nothing lost.
    await system.client.workflow.getHandle(scenario.caseId).terminate('again');
    await sweep();
    expect(told(scenario.caseId)).toHaveLength(1);
  });

  test('a case that was reset in Temporal runs again, and that is said', async () => {
    const { view } = await proposed();
    const { events } = await system.client.workflow.getHandle(view.id).fetchHistory();
    const done = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    await system.client.workflowService.resetWorkflowExecution({
      namespace: system.client.options.namespace,
      workflowExecution: { workflowId: view.id, runId: view.run },
      workflowTaskFinishEventId: done!.eventId!,
      requestId: view.run,
      reason: 'because I can',
    });
    const sweep = sweeper();
    await vi.waitFor(
      async () => {
        await sweep();
        expect(told(view.id)).toEqual([expect.stringContaining('was reset in Temporal by somebody')]);
      },
      { timeout: 60_000, interval: 300 },
    );
    await system.until(view.id, ['proposed'], ({ run }) => run !== view.run);
  });

  test('ends of our own are shown as they are, and no sweep opens them again', async () => {
    const dismissed = await proposed();
    await system.send(dismissed.view.id, await system.sign(dismissed.view, ana, { kind: 'dismiss' }));
    const contained = await proposed();
    await system.approve(contained.view, ana, 'evict');
    const withdrawn = await proposed();
    const { finding } = withdrawn.scenario.notification;
    system.sandbox.control.publish({
      ...withdrawn.scenario.notification,
      finding: { ...finding, state: 'INACTIVE', eventTime: new Date(Date.now() + 1_000).toISOString() },
    });
    const ends = [
      ['dismissed', dismissed],
      ['contained', contained],
      ['withdrawn', withdrawn],
    ] as const;
    for (const [state, { view }] of ends) {
      const handle = system.client.workflow.getHandle(view.id);
      await handle.result();
      const index = await system.archiveIndex();
      expect(await index.read(view.id)).toMatchObject({ run: view.run, state, mode: 'live' });
      expect(
        await stateProver(system.configuration)(system.client, { id: view.id, run: view.run, how: 'completed' }),
      ).toMatchObject({ state });
    }
    await sweeper()();
    for (const [, { view }] of ends) expect(told(view.id)).toEqual([]);
  });

  test('observe records no end that is not proved, whoever asks', async () => {
    const scenario = seedScenario(system.sandbox);
    system.sandbox.control.putFinding(scenario.notification);
    const taskQueue = `foreign-${scenario.caseId}`;
    const foreign = await foreignWorker(system.address, { taskQueue, workflows: 'asking-workflow.ts' });
    const stranger = { id: 'ana', key: await newSigningKey('ana') };
    const view = { id: scenario.caseId, run: 'another-run' } as CaseView;
    const [elsewhere, nobody] = [
      await system.sign(view, ana, { kind: 'dismiss' }),
      await system.sign(view, stranger, { kind: 'dismiss' }),
    ];
    const [parsed] = parseFindings(scenario.notification);
    const { eventTime } = parsed!.finding;
    const finding = identityOf(parsed!.finding);
    const common = { finding, fingerprint: '', eventTime, mode: 'live', changed: false };
    const ask = (state: string, more: object = {}) => ({ ...common, state, decisions: [], ...more });
    const asked: Asked = {
      taskQueue: queues().observe,
      requests: [
        ask('contained'),
        ask('undone'),
        ask('failed'),
        ask('dismissed'),
        ask('dismissed', { decisions: [elsewhere] }),
        ask('handed-over', { decisions: [nobody] }),
        ask('withdrawn'),
        ask('expired'),
        ask('proposed'),
        ask('dismissed', { run: 'another-run', decisions: [elsewhere] }),
        ask('dismissed', { asBefore: true }),
      ],
    };
    const answers = await system.client.workflow.execute('respondToFinding', {
      workflowId: scenario.caseId,
      taskQueue,
      args: [asked],
      workflowExecutionTimeout: '2 minutes',
    });
    await foreign.stop();
    expect(answers).toEqual([
      'contained is not proved: no signed decision',
      'undone is not proved: no signed decision',
      'failed is not proved: no signed decision',
      'dismissed is not proved: no signed decision',
      'dismissed is not proved: a decision is for another case or run',
      expect.stringContaining('handed-over is not proved: a decision does not hold'),
      'withdrawn is not proved: SCC says that the finding is active',
      expect.stringMatching(/^expired is not proved: it was open for \d+ s, and people have 14400 s/),
      'proposed is not proved: a case does not end in that state',
      'dismissed is not proved: it was asked for by another case or run',
      'dismissed is not proved: intake has not signed that a message opened this run',
    ]);
    expect(await (await system.archiveIndex()).read(scenario.caseId)).toBeUndefined();
    expect(JSON.stringify(system.sandbox.control.findings.byName(scenario.findingName))).not.toContain(
      'firebreak-state',
    );
  });
});

test('an INACTIVE that observe has not signed withdraws no case: it is not known, and people are asked', async () => {
  const scenario = seedScenario(system.sandbox);
  const [parsed] = parseFindings(scenario.notification);
  const finding = { ...parsed!.finding, state: 'INACTIVE' };
  const key = await newSigningKey('observe');
  const lie = { finding, fingerprint: parsed!.fingerprint, readAt: new Date().toISOString() };
  const evidence = { kind: 'finding', sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/json' };
  const seal = await signJson({ type: 'firebreak.observation.v1' }, 'firebreak.observation.v1', key);
  const pending = { status: 'pending', reason: 'no answer yet' };
  const fetched = { ...lie, evidence };
  const nothing = () => Promise.reject(ApplicationFailure.nonRetryable('it tells nothing else'));
  const foreign = await foreignWorker(system.address, {
    taskQueue: queues().observe,
    activities: {
      readSettings: nothing,
      findRelatedFindings: nothing,
      fetchFinding: () => ({ value: fetched, seal }),
      takeFirstLook: () => ({ value: { fetched, settings: pending, related: pending, logs: pending }, seal }),
    },
  });
  const cases = system.startWorker(['cases']);
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed', 'withdrawn']);
  expect(view).toMatchObject({ state: 'proposed', confirmed: 'unavailable', proposal: { plans: [] } });
  expect(view.timeline.map(({ text }) => text).join('\n')).toContain('not signed by observe');
  await foreign.stop();
  await cases.stop();
});
