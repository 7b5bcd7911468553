import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CaseVerdict } from '../audit/replay-verdict.ts';
import { runFirebreak } from '../cli/test/run-firebreak.ts';
import { startUndo } from '../cli/undo/start-undo.ts';
import { cuttableLine } from '../intake/test/cuttable-line.ts';
import { type Child, startChild } from '../local/child.ts';
import { folderHistories, type KeptHistories } from '../runtime/kept-histories.ts';
import { fillFolder } from './faults/support/full-folder.ts';
import { steadily } from './faults/support/steadily.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
let histories: KeptHistories;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_ARCHIVE_EVERY_SECONDS: '1' });
  system.startIntake();
  system.startWorker(['cases', 'observe', 'virustotal', 'respond', 'respond-iam']);
  ana = await system.addAnalyst('ana');
  histories = folderHistories(system.configuration.archive.folder);
});
/** Also where a test fails: a process that goes on, or a file system that is mounted in the system's folder, must not stay. */
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(() => system.close());

async function closedCase(): Promise<string> {
  const { caseId, notification } = seedScenario(system.sandbox);
  system.sandbox.control.publish(notification);
  await system.approve(await system.until(caseId, ['proposed']), ana, 'evict');
  await system.client.workflow.getHandle(caseId).result();
  return caseId;
}

async function closedUndo(caseId: string): Promise<string> {
  await startUndo(system.configuration, caseId, { json: true, typed: (words) => words });
  const id = `undo-${caseId}-1`;
  await system.approve(await system.until(id, ['proposed']), ana, 'undo');
  await system.client.workflow.getHandle(id).result();
  return id;
}

const kept = (ids: readonly string[]): Promise<true> =>
  steadily(`${ids.join(', ')} kept`, async () => {
    const cases = await histories.cases();
    return ids.every((id) => cases.includes(id)) ? true : undefined;
  });

/** As Temporal does when the retention is over. */
async function forget(id: string): Promise<void> {
  const { workflowService, options } = system.client;
  const namespace = options.namespace;
  await workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId: id } });
  const gone = async (): Promise<true | undefined> => {
    const described = await system.client.workflow
      .getHandle(id)
      .describe()
      .catch(() => undefined);
    const { count } = await workflowService.countWorkflowExecutions({ namespace, query: `WorkflowId = '${id}'` });
    return described === undefined && Number(count) === 0 ? true : undefined;
  };
  // The server deletes a run some half a minute after it has closed.
  await steadily(`Temporal forgets ${id}`, gone, 180_000);
}

const replay = (...args: string[]) =>
  runFirebreak(['audit', 'replay', ...args, '--state-dir', system.stateDir], { TEMPORAL_ADDRESS: system.address });

test('a closed case and its way back are proved from the archive after Temporal has forgotten them', async () => {
  const archive = system.startWorker(['archive']);
  const caseId = await closedCase();
  const undoId = await closedUndo(caseId);
  await kept([caseId, undoId]);
  await archive.stop();

  const before = await replay(caseId, '--json');
  expect(JSON.parse(before.stdout)).toMatchObject([{ case: caseId, ok: true, source: 'temporal' }]);
  const [{ events, commands }] = JSON.parse(before.stdout) as [CaseVerdict];
  await Promise.all([caseId, undoId].map(forget));

  const { code, stdout } = await replay(caseId, undoId, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { case: caseId, ok: true, closed: true, source: 'archive', events, commands, differences: [] },
    { case: undoId, ok: true, closed: true, source: 'archive', differences: [] },
  ]);
  // As people type it: Temporal does not list the case any more.
  const short = caseId.split('-').at(-1)!;
  const inWords = await replay(short);
  expect(inWords).toMatchObject({ code: 0, stderr: '' });
  expect(inWords.stdout).toMatch(
    /kept in the archive\): \d+ events replayed, \d+ commands compared, 1 decision, 2 receipts and \d+ observations hold, \d+ pieces of evidence whole: ok/,
  );

  const folder = join(system.configuration.archive.folder, caseId);
  const [name] = await readdir(folder);
  const text = await readFile(join(folder, name!), 'utf8');
  await writeFile(join(folder, name!), text.replace('WORKFLOW_EXECUTION_STARTED', 'TIMER_STARTED'));
  const damaged = await replay(caseId);
  expect(damaged).toMatchObject({ code: 1, stdout: '' });
  expect(damaged.stderr).toContain(`the kept history ${join(folder, name!)} is damaged`);
  expect(damaged.stderr).toContain('Restore it from a copy');

  const none = await replay('finding-1-never');
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('The archive has not kept it either');
});

/** A process of the role on its own, with its log. */
async function archiveProcess(address: string, logFile: string): Promise<{ child: Child; log: () => Promise<string> }> {
  const environment = {
    ...system.environment,
    TEMPORAL_ADDRESS: address,
    FIREBREAK_LOG_LEVEL: 'info',
  };
  const program = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const args = ['worker', '--role', 'archive', '--state-dir', system.stateDir];
  const child = await startChild({ name: 'archive', program, args, environment }, logFile);
  return { child, log: () => readFile(logFile, 'utf8') };
}

const count = (log: string, words: string): number => log.split(words).length - 1;
const said = (log: () => Promise<string>, words: string, times = 1): Promise<true> =>
  steadily(`“${words}” in the log`, async () => (count(await log(), words) >= times ? true : undefined));

test('Temporal away and a folder that is full end nothing, are said once, and what closed meanwhile is kept', async () => {
  const line = await cuttableLine(Number(system.address.split(':').at(-1)));
  closers.push(() => line.close());
  line.cut();
  const { child, log } = await archiveProcess(`127.0.0.1:${line.port}`, join(system.stateDir, 'archive.log'));
  closers.push(() => child.stop());
  await said(log, 'waiting for Temporal');
  const first = await closedCase();
  line.mend();
  await kept([first]);
  await said(log, 'archiving again');

  line.cut();
  await said(log, 'waiting for Temporal', 2);
  const second = await closedCase();
  const full = await fillFolder(system.configuration.archive.folder);
  closers.push(() => full.release());
  console.log(`archive: ${full.how}`);
  line.mend();
  await said(log, 'histories cannot be kept');
  await full.makeRoom();
  await kept([first, second]);
  await said(log, 'archiving again', 2);
  // Each outage was many attempts long.
  expect(count(await log(), 'waiting for Temporal')).toBe(2);
  expect(count(await log(), 'histories cannot be kept')).toBe(1);

  child.signal('SIGTERM');
  expect(await child.exited).toMatchObject({ code: 0 });
});

test('the health check of its container says whether Temporal answers for its namespace', async () => {
  const health = (variables: Readonly<Record<string, string>>) =>
    runFirebreak(['doctor', '--health', 'archive', '--state-dir', system.stateDir], variables);
  const here = { TEMPORAL_ADDRESS: system.address };
  expect(await health(here)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect((await health({ ...here, TEMPORAL_NAMESPACE: 'nowhere' })).code).toBe(1);
  expect((await health({ TEMPORAL_ADDRESS: '127.0.0.1:1' })).code).toBe(1);
});
