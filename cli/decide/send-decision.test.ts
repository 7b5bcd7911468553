import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { caseWorkflow } from '../../model/temporal-names.ts';
import { newSigningKey } from '../../runtime/signatures.ts';
import { statePaths, type StatePaths } from '../../runtime/state-folder.ts';
import { recordedView } from '../page/fixtures/read-view.ts';
import { answerWords, isDone } from './answer-words.ts';
import { choiceFor } from './choice.ts';
import { sendDecision } from './send-decision.ts';
import { type MadeDecision, signDecision } from './sign-decision.ts';

/** Long enough for the server, short enough to wait for nobody. */
const patience = 1_500;
let connection: Connection;
let client: Client;
let paths: StatePaths;
beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporalAddress') });
  client = new Client({ connection });
  paths = statePaths(await mkdtemp(join(tmpdir(), 'firebreak decisions ')));
});
afterAll(async () => {
  await connection.close();
  await rm(paths.root, { recursive: true });
});

/** A case that runs on the server, and that no worker serves. */
async function unservedCase() {
  const id = `finding-1-${randomUUID()}`;
  return client.workflow.start(caseWorkflow, {
    workflowId: id,
    taskQueue: `nobody-${id}`,
    args: [{}],
    workflowExecutionTimeout: '1 minute',
  });
}

async function dismissal(id: string, run: string): Promise<MadeDecision> {
  const view = { ...recordedView('proposed'), id, run };
  return signDecision(view, choiceFor(view, { kind: 'dismiss' }, ''), 'test', {
    name: 'ana',
    key: await newSigningKey('ana'),
  });
}

test('a decision that no worker answers is kept by Temporal as a signal, word for word, and the sender is told', async () => {
  const handle = await unservedCase();
  const made = await dismissal(handle.workflowId, handle.firstExecutionRunId);
  const sent = await sendDecision(client, made, paths, patience);
  expect(sent).toMatchObject({ decision: made.decision.id, outcome: 'sent' });
  expect(isDone(sent)).toBe(true);
  expect(answerWords(sent, 'LOOK')).toMatch(/^sent, not yet answered.*LOOK$/);

  const { events } = await handle.fetchHistory();
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? []);
  expect(signals.map(({ signalName }) => signalName)).toEqual(['decide']);
  const [payload] = signals[0]?.input?.payloads ?? [];
  expect(JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8'))).toEqual(made.signed);
  await handle.terminate();
});

test('a decision on a run that has ended is answered closed, and kept in the state folder', async () => {
  const handle = await unservedCase();
  const made = await dismissal(handle.workflowId, handle.firstExecutionRunId);
  await handle.terminate();
  const sent = await sendDecision(client, made, paths, patience);
  expect(sent).toMatchObject({ outcome: 'closed', detail: expect.stringContaining(paths.root) as string });
  expect(isDone(sent)).toBe(false);
  const kept = join(paths.root, 'unanswered');
  expect(await readdir(kept)).toEqual([`${made.decision.id}.json`]);
  expect(JSON.parse(await readFile(join(kept, `${made.decision.id}.json`), 'utf8'))).toMatchObject({
    signed: made.signed,
    answer: sent,
  });
});

test('a decision is made for the run that was looked at: a newer run does not get it', async () => {
  const first = await unservedCase();
  await first.terminate();
  const second = await client.workflow.start(caseWorkflow, {
    workflowId: first.workflowId,
    taskQueue: `nobody-${first.workflowId}`,
    args: [{}],
    workflowExecutionTimeout: '1 minute',
  });
  const sent = await sendDecision(
    client,
    await dismissal(first.workflowId, first.firstExecutionRunId),
    paths,
    patience,
  );
  expect(sent.outcome).toBe('closed');
  const { events } = await second.fetchHistory();
  expect(events).toHaveLength(2);
  await second.terminate();
});
