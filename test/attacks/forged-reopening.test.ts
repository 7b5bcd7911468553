import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseInput, CaseView } from '../../model/case.ts';
import type { Reopening, SignedReopening } from '../../model/reopening.ts';
import { caseWorkflow } from '../../model/temporal-names.ts';
import { newSigningKey, type Purpose, signJson, type SigningKey } from '../../runtime/signatures.ts';
import { taskQueues } from '../../runtime/task-queues.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { proposedCase } from './support/genuine.ts';
import { changeRoster } from './support/people.ts';

let system: System;
let ana: Analyst;
let vic: Analyst;
let old: Analyst;
let view: CaseView;
let input: CaseInput;
beforeAll(async () => {
  // Intake's sweep would open what ends otherwise than by Firebreak.
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_SWEEP_SECONDS: '3600' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
  vic = await system.addAnalyst('vic', ['viewer']);
  old = await system.addAnalyst('old', ['approver'], '2026-01-01T00:00:00Z');
  ({ view } = await proposedCase(system));
  await system.send(view.id, await system.sign(view, ana, { kind: 'hand-over' }));
  await system.client.workflow.getHandle(view.id).result();
  const { events } = await system.client.workflow.getHandle(view.id).fetchHistory();
  const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  input = JSON.parse(Buffer.from(payload!.data!).toString('utf8')) as CaseInput;
});
afterAll(() => system.close());

/** A reopening of the run that has ended, changed before it is signed. */
function signed(
  { id, key }: Analyst,
  change: Partial<Reopening> = {},
  purpose: Purpose = 'firebreak.reopen.v1',
  by: SigningKey = key,
): Promise<SignedReopening> {
  const reopening: Reopening = {
    type: 'firebreak.reopen.v1',
    id: randomUUID(),
    case: view.id,
    run: view.run,
    reason: 'as the attack says',
    approver: id,
    credential: by.kid,
    signedAt: new Date().toISOString(),
    ...change,
  };
  return signJson(reopening, purpose, by);
}

/** Who reaches Temporal starts a run that says that a person opened it. */
async function start(reopened: SignedReopening, reopens: string | undefined = view.run) {
  const { reopens: _reopens, ...rest } = input;
  return system.client.workflow.start(caseWorkflow, {
    workflowId: view.id,
    taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [{ ...rest, ...(reopens !== undefined && { reopens }), reopened }],
  });
}

const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

test.each<[string, () => Promise<SignedReopening>, RegExp]>([
  [
    'a stranger in the name of an approver',
    async () => signed(ana, {}, undefined, await newSigningKey('ana')),
    /roster/,
  ],
  ['a viewer', () => signed(vic), /only looks/],
  ['a key that has expired', () => signed(old), /expired/],
  ['an approver, for another case', () => signed(ana, { case: `${view.id}x` }), /another case or run/],
  ['an approver, for another run', () => signed(ana, { run: 'r1' }), /another case or run/],
  ['an approver, an hour ago', () => signed(ana, { signedAt: anHourAgo() }), /min ago/],
  ['an approver, in the future', () => signed(ana, { signedAt: '2099-01-01T00:00:00Z' }), /in the future/],
  [
    'an approver, as a decision',
    () => signed(ana, {}, 'firebreak.decision.v1'),
    /not an EdDSA signature of a firebreak.reopen/,
  ],
  ['an approver in another’s name', () => signed(ana, { approver: 'vic' }), /another approver/],
])('a reopening signed by %s changes nothing: its run ends before it has asked for anything', async (_, forge, why) => {
  const index = () => readFile(join(system.paths.archiveIndex, `${view.id}.json`), 'utf8');
  const before = await index();
  const handle = await start(await forge());
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'ReopeningRefused', message: expect.stringMatching(why) },
  });
  const { events } = await handle.fetchHistory();
  expect(events?.filter((event) => event.activityTaskScheduledEventAttributes)).toEqual([]);
  expect(await index()).toBe(before);
  expect(system.changes()).toEqual([]);
});

test('a reopening that names no run that has ended is refused', async () => {
  const { reopens: _reopens, ...rest } = input;
  const handle = await system.client.workflow.start(caseWorkflow, {
    workflowId: view.id,
    taskQueue: taskQueues(system.configuration.taskQueuePrefix).cases,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [{ ...rest, reopened: await signed(ana) }],
  });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'ReopeningRefused' } });
});

test('a reopening by who has been taken off the roster since changes nothing', async () => {
  const ben = await system.addAnalyst('ben');
  const his = await signed(ben);
  await changeRoster(system, (roster) => ({ ...roster, approvers: roster.approvers.filter(({ id }) => id !== 'ben') }));
  const handle = await start(his);
  await expect(handle.result()).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/not on the roster/) },
  });
});

test('the same, signed by who may, opens the case, and once: sent again when that run has ended it is refused', async () => {
  const hers = await signed(ana);
  const handle = await start(hers);
  const again = await system.until(view.id, ['proposed'], ({ run }) => run === handle.firstExecutionRunId);
  await system.send(view.id, await system.sign(again, ana, { kind: 'dismiss' }));
  await handle.result();
  const replayed = await start(hers);
  await expect(replayed.result()).rejects.toMatchObject({
    cause: { type: 'ReopeningRefused', message: expect.stringMatching(/another run of the case has ended since/) },
  });
  const anew = await start(await signed(ana, { run: again.run }), again.run);
  await system.until(view.id, ['proposed'], ({ run }) => run === anew.firstExecutionRunId);
  await anew.terminate('the test is over');
});
