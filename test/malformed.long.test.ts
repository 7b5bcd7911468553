import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCase } from '../cli/cases/read-case.ts';
import { caseWorkflow, observedSignal, undoWorkflow, watchSignal, watchWorkflow } from '../model/temporal-names.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { servingsOf } from '../worker/roles.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

type Answering = (answer: unknown, activity: string) => unknown;

let system: System;
let ana: Analyst;
let connection: NativeConnection;
const workers: { readonly worker: Worker; readonly ended: Promise<void> }[] = [];
/** How the activities of a case answer, by its id; as they should where it is not here. */
const answering = new Map<string, Answering>();

beforeAll(async () => {
  system = await startSystem();
  ana = await system.addAnalyst('ana');
  system.startIntake();
  system.startWorker(['cases', 'virustotal', 'respond']);
  // The system's own workers come first: what they log is theirs to say, once a process.
  const { caseId, notification } = seedScenario(system.sandbox);
  system.sandbox.control.publish(notification);
  await system.until(caseId, ['investigating']);
  connection = await NativeConnection.connect({ address: system.address });
  for (const { taskQueue, activities } of await servingsOf('observe', system.configuration)) {
    const changed = Object.entries(
      activities as Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>,
    ).map(([name, activity]) => [name, (...args: unknown[]) => answerAs(name, () => activity(...args))] as const);
    run(await Worker.create({ connection, taskQueue, activities: Object.fromEntries(changed) }));
  }
});
afterAll(async () => {
  for (const { worker } of workers) worker.shutdown();
  await Promise.all(workers.map(({ ended }) => ended));
  await system.close();
  await connection.close();
});

function run(worker: Worker): void {
  workers.push({ worker, ended: worker.run() });
}

async function answerAs(name: string, genuine: () => Promise<unknown>): Promise<unknown> {
  const { workflowExecution } = Context.current().info;
  const change = answering.get(workflowExecution?.workflowId ?? '');
  return change === undefined ? genuine() : change(await genuine(), name);
}

/** The answer with something else at a place; as it is where it has no such place. */
function withAt(answer: unknown, place: string, value: unknown): unknown {
  const [step = '', ...rest] = place.split('.');
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer;
  const members: Readonly<Record<string, unknown>> = { ...answer };
  if (rest.length > 0)
    return step in members ? { ...members, [step]: withAt(members[step], rest.join('.'), value) } : answer;
  return { ...members, [step]: value };
}

/** Where the activities that tell of a part have it in their answer. */
const places: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  finding: { takeFirstLook: 'value.fetched', fetchFinding: 'value' },
  settings: { takeFirstLook: 'value.settings.value', readSettings: 'value' },
  related: { takeFirstLook: 'value.related', findRelatedFindings: '' },
  logs: { takeFirstLook: 'value.logs.value', pullContainerLogs: 'value' },
};

/** Whoever tells of a part has something else at a place in it. */
function inPart(part: string, place: string, value: unknown): Answering {
  return (answer, activity) => {
    const at = places[part]?.[activity];
    return at === undefined ? answer : withAt(answer, [at, place].filter((step) => step !== '').join('.'), value);
  };
}

const rubbish: readonly (readonly [string, Answering])[] = [
  ['null', () => null],
  ['nothing', () => undefined],
  ['an empty list', () => []],
  ['an empty object', () => ({})],
  ['a number', () => 17],
  ['yes', () => true],
  ['a huge text', () => 'x'.repeat(400_000)],
  ['a list of a hundred thousand lists', () => Array.from({ length: 100_000 }, () => [])],
  ['related findings alone', () => ({ related: { value: [] } })],
  ['a seal without an answer', (answer) => withAt(answer, 'value', undefined)],
  ['an answer without a seal', (answer) => withAt(answer, 'seal', undefined)],
  ['what looks like no answer', () => ({ status: 'whatever', reason: { toString: 1 } })],
  ['related findings that are none', inPart('related', 'value', [])],
  ['related findings without members', inPart('related', 'findings', null)],
  ['a finding without its processes', inPart('finding', 'finding.processes', undefined)],
  ['a finding at a time that there is not', inPart('finding', 'finding.eventTime', '2026-02-30T00:00:00Z')],
  ['settings with a share of 1e308', inPart('settings', 'fields.traffic', [{ type: 'latest', percent: 1e308 }])],
  ['settings with a field that nobody knows', inPart('settings', 'fields.description', 'x')],
  ['settings without revisions', inPart('settings', 'revisions', undefined)],
  ['logs that are a text', inPart('logs', 'logs', 'text')],
  ['an account’s traces without counts', inPart('logs', 'identity', { status: 'answered', value: {} })],
];

describe('whatever answers for an activity, people can still decide', () => {
  test.each(rubbish)('%s', async (_what, change) => {
    const scenario = seedScenario(system.sandbox);
    answering.set(scenario.caseId, change);
    system.sandbox.control.publish(scenario.notification);
    await system.until(scenario.caseId, ['proposed']);
    const view = await readCase(system.client, scenario.caseId);
    expect(view.timeline.map(({ text }) => text).join('\n')).toMatch(/malformed answer|SCC has no finding/);
    const answer = await system.send(view.id, await system.sign(view, ana, { kind: 'dismiss' }));
    expect(answer.outcome).toBe('accepted');
    await system.until(scenario.caseId, ['dismissed']);
    const { state } = (await system.client.workflow.getHandle(scenario.caseId).result()) as { state: string };
    expect(state).toBe('dismissed');
  });

  test('rubbish after the change: what cannot be told to be quiet is not called contained', async () => {
    const scenario = seedScenario(system.sandbox);
    answering.set(scenario.caseId, (answer, activity) =>
      activity === 'checkQuiet' ? withAt(answer, 'value', { quiet: true }) : answer,
    );
    system.sandbox.control.publish(scenario.notification);
    const proposed = await system.until(scenario.caseId, ['proposed']);
    expect((await system.approve(proposed, ana, 'evict')).outcome).toBe('accepted');
    const again = await system.until(scenario.caseId, ['proposed'], ({ receipts }) => receipts.length > 0);
    expect(again.timeline.map(({ text }) => text).join('\n')).toMatch(/is quiet cannot be told: .*malformed answer/);
    await readCase(system.client, scenario.caseId);
  });
});

describe('whatever is sent', () => {
  test.each([caseWorkflow, undoWorkflow, watchWorkflow])(
    'a malformed input ends %s as failed, and says what is malformed',
    async (type) => {
      for (const input of [null, undefined, 17, [], {}, { finding: {} }, 'x'.repeat(100_000)]) {
        const failed = await system.client.workflow
          .execute(type, {
            workflowId: `malformed-${randomUUID()}`,
            taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
            args: [input],
          })
          .catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(WorkflowFailedError);
        expect(String(failed instanceof Error && failed.cause)).toMatch(/malformed input of a /);
      }
    },
  );

  test('signals that are none: the case goes on', async () => {
    const scenario = seedScenario(system.sandbox);
    system.sandbox.control.publish(scenario.notification);
    await system.until(scenario.caseId, ['proposed']);
    const handle = system.client.workflow.getHandle(scenario.caseId);
    for (const message of [
      null,
      [],
      17,
      {},
      { eventTime: '2026-02-30T00:00:00Z', state: '', mute: '', fingerprint: '' },
    ]) {
      await handle.signal(observedSignal, message);
      await handle.signal(watchSignal, message);
    }
    const view = await readCase(system.client, scenario.caseId);
    expect(view.timeline.filter(({ text }) => text.includes('no observation was ignored'))).toHaveLength(5);
    expect(view.state).toBe('proposed');
  });
});

test('what answers for a case and is none of ours is said to be that', async () => {
  const taskQueue = `foreign-${randomUUID()}`;
  const workflowsPath = fileURLToPath(new URL('support/foreign-case.ts', import.meta.url));
  run(await Worker.create({ connection, taskQueue, workflowsPath }));
  const { view: genuine } = { view: await readCase(system.client, [...answering.keys()][0]!) };
  for (const answer of [
    null,
    [],
    17,
    {},
    'x',
    { ...genuine, more: 1 },
    { ...genuine, state: 'won' },
    { ...genuine, timeline: {} },
  ]) {
    const workflowId = `finding-1-${randomUUID()}`;
    const handle = await system.client.workflow.start(caseWorkflow, { workflowId, taskQueue, args: [answer] });
    await expect(readCase(system.client, workflowId)).rejects.toThrow(
      /^the case's answer is not of the form that Firebreak's cases give: .*Somebody else may be answering for it/,
    );
    await handle.terminate();
  }
});
