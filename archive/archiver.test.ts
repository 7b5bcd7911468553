import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { caseWorkflow, undoWorkflow, watchWorkflow } from '../model/temporal-names.ts';
import { folderHistories, type KeptHistories } from '../runtime/kept-histories.ts';
import { createLogger } from '../runtime/logger.ts';
import { steadily } from '../test/faults/support/steadily.ts';
import { createArchiver } from './archiver.ts';
import { watchedLine } from './test/watched-line.ts';

let line: Awaited<ReturnType<typeof watchedLine>>;
let folder: string;
let histories: KeptHistories;
let taskQueue: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  line = await watchedLine(inject('temporalAddress'));
  folder = join(await mkdtemp(join(tmpdir(), 'firebreak-archiver-')), 'archive');
  histories = folderHistories(folder);
  taskQueue = `archived-${randomUUID()}-cases`;
});
afterEach(async () => {
  await line.close();
  await rm(join(folder, '..'), { recursive: true });
});

const newArchiver = () =>
  createArchiver({ client: line.client, histories, taskQueue, logger: createLogger('archive', 'fatal') });

interface Started {
  readonly id?: string;
  readonly type?: string;
  readonly queue?: string;
}

async function start({ id = `finding-1-${randomUUID()}`, type = caseWorkflow, queue = taskQueue }: Started = {}) {
  const handle = await line.client.workflow.start(type, { workflowId: id, taskQueue: queue, args: [{}] });
  return { id, run: handle.firstExecutionRunId, end: () => handle.terminate('closed') };
}

/** A run that has closed and is in Temporal's list. */
async function closed(started: Started = {}): Promise<{ readonly id: string; readonly run: string }> {
  const { id, run, end } = await start(started);
  await end();
  await steadily('the run is in the list as closed', async () => {
    const { executions } = await line.client.workflowService.listWorkflowExecutions({
      namespace: line.client.options.namespace,
      query: `WorkflowId = '${id}' AND ExecutionStatus = 'Terminated'`,
    });
    return executions.length > 0 ? true : undefined;
  });
  return { id, run };
}

test('closed cases and ways back of its own system are kept whole, and nothing else', async () => {
  const id = `finding-1-${randomUUID()}`;
  const kept = [await closed({ id }), await closed({ id: `undo-${id}-1`, type: undoWorkflow })];
  await closed({ id: `watch-${id}`, type: watchWorkflow });
  await closed({ queue: `other-${taskQueue}` });
  await closed({ id: `../${id}` });
  const open = await start();
  await newArchiver().look(signal);
  expect((await histories.cases()).sort()).toEqual(kept.map((one) => one.id).sort());
  for (const one of kept) {
    const { events } = historyFromJSON(await histories.read(one.id, one.run));
    expect(events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId).toBe(one.run);
    expect(events?.at(-1)?.workflowExecutionTerminatedEventAttributes?.reason).toBe('closed');
  }
  await open.end();
});

test('every run of a case is kept, and no archive worker fetches what is kept already', async () => {
  const id = `finding-1-${randomUUID()}`;
  const runs = [(await closed({ id })).run, (await closed({ id })).run];
  const first = newArchiver();
  await first.look(signal);
  expect((await histories.runs()).sort()).toEqual(runs.toSorted());
  expect(line.fetched.toSorted()).toEqual(runs.toSorted());
  await first.look(signal);
  await newArchiver().look(signal);
  expect(line.fetched).toHaveLength(2);
});

test('what another archive worker has kept meanwhile is not fetched again', async () => {
  const [one, other] = [newArchiver(), newArchiver()];
  await Promise.all([one.look(signal), other.look(signal)]);
  const { id, run } = await closed();
  await one.look(signal);
  await other.look(signal);
  expect(line.fetched).toEqual([run]);
  expect(await readdir(join(folder, id))).toHaveLength(1);
});

test('a run that comes late into Temporal’s list, behind others that closed after it, is kept at the next look', async () => {
  const late = await closed();
  line.unlisted.add(late.run);
  const { run } = await closed();
  const archiver = newArchiver();
  await archiver.look(signal);
  expect(await histories.runs()).toEqual([run]);
  line.unlisted.clear();
  await archiver.look(signal);
  expect((await histories.runs()).sort()).toEqual([late.run, run].sort());
});

test('the first look asks for all that Temporal has, later ones for what closed lately', async () => {
  await closed();
  const archiver = newArchiver();
  const before = Date.now();
  await archiver.look(signal);
  await archiver.look(signal);
  const since = line.queries
    .filter((query) => query.includes(taskQueue))
    .map((query) => Date.parse(/CloseTime >= '([^']+)'/.exec(query)?.[1] ?? ''));
  expect(since[0]).toBe(0);
  expect(since[1]).toBeGreaterThan(before - 2 * 3_600_000);
  expect(since).toHaveLength(2);
});

test('a run whose history Temporal does not give holds up none of the others, and is kept when it gives it', async () => {
  const runs = [await closed(), await closed(), await closed()].map(({ run }) => run);
  for (const [place, refused] of runs.entries()) {
    await rm(folder, { recursive: true, force: true });
    line.refused.set(refused, status.INTERNAL);
    const archiver = newArchiver();
    // Whatever order the list has: the first look stops at the run, the next one begins with the others.
    await expect(archiver.look(signal), String(place)).rejects.toThrow('refused with INTERNAL');
    await expect(archiver.look(signal), String(place)).rejects.toThrow('refused with INTERNAL');
    expect((await histories.runs()).sort()).toEqual(runs.filter((run) => run !== refused).sort());
    line.refused.clear();
    await archiver.look(signal);
    expect((await histories.runs()).sort()).toEqual(runs.toSorted());
  }
});

test('a run that Temporal has forgotten before it was kept is given up, and the others are kept', async () => {
  const lost = await closed();
  const { run } = await closed();
  line.refused.set(lost.run, status.NOT_FOUND);
  const archiver = newArchiver();
  await archiver.look(signal);
  await archiver.look(signal);
  expect(await histories.runs()).toEqual([run]);
  expect(line.fetched.filter((one) => one === lost.run)).toHaveLength(1);
});

test('while the folder cannot be written nothing is lost: with room again, what closed meanwhile is kept', async () => {
  const archiver = newArchiver();
  await archiver.look(signal);
  await writeFile(folder, 'not a folder');
  const { run } = await closed();
  await expect(archiver.look(signal)).rejects.toThrow(/ENOTDIR|EEXIST/);
  await rm(folder);
  await archiver.look(signal);
  expect(await histories.runs()).toEqual([run]);
});
