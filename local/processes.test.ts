import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChildEndedError, startChild } from './child.ts';
import { processFacts } from './process-facts.ts';
import { superviseProcesses } from './processes.ts';
import type { Processes } from './processes.ts';
import { standIns } from './stand-ins/children.ts';

let folder = '';
let lines: string[] = [];
let processes: Processes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak processes-'));
  lines = [];
  processes = await superviseProcesses({ logs: folder, log: (line) => lines.push(line), grace: 500 });
});
afterEach(async () => {
  await processes.stopAll();
  await rm(folder, { recursive: true });
});

const spec = (name: string, ...args: string[]) => ({ name, program: standIns.program, args });
const notePid = () => `note-pid=${join(folder, 'pids')}`;
const notedPids = async (): Promise<number[]> => {
  const text = await readFile(join(folder, 'pids'), 'utf8').catch(() => '');
  return text.trim().split('\n').filter(Boolean).map(Number);
};
const waitFor = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 120_000, interval: 25 });

test('a process that must not end is reported with its exit code, its last lines and its log', async () => {
  await processes.start(spec('temporal', 'say=first', 'say=the disk is full', 'exit=7'), 'everything-stops');
  const error = await processes.broken.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChildEndedError);
  expect(String(error)).toContain('temporal ended with exit code 7');
  expect(String(error)).toContain('    the disk is full');
  expect(String(error)).toContain(join(folder, 'temporal.log'));
});

test('a process that may end is started again, and each time it is said', async () => {
  await processes.start(spec('worker', notePid(), 'say=crashed', 'exit=1'), 'restart');
  await waitFor(async () => expect((await notedPids()).length).toBeGreaterThanOrEqual(2));
  expect(lines[0]).toContain('worker ended with exit code 1');
  expect(lines[0]).toContain('crashed');
  expect(lines[1]).toContain('worker is started again in');
});

test('a process with a wrong configuration is not started again', async () => {
  await processes.start(spec('worker', 'say=VT_KEY is wrong', 'exit=2'), 'restart');
  await expect(processes.broken).rejects.toThrow(/exit code 2[^]*VT_KEY is wrong/);
});

test('a process that ends before it is ready fails the start with its last lines', async () => {
  const never = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
  const start = processes.start(spec('sandbox', 'say=cannot read the state', 'exit=1'), 'restart', never);
  await expect(start).rejects.toThrow(/sandbox ended with exit code 1[^]*cannot read the state/);
});

test('stopping ends every process, also one that does not want to, and starts none again', async () => {
  await processes.start(spec('polite', notePid(), 'run'), 'restart');
  await processes.start(spec('stubborn', 'ignore-sigterm', notePid(), 'run'), 'restart');
  await waitFor(async () => expect(await notedPids()).toHaveLength(2));
  await processes.stopAll();
  const pids = await notedPids();
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(await processFacts(pid)).toHaveProperty('alive', false);
});

test('the log of the run before is kept', async () => {
  await processes.start(spec('worker', 'say=old', 'run'), 'restart');
  await waitFor(async () => expect(await readFile(join(folder, 'worker.log'), 'utf8')).toContain('old'));
  await processes.stopAll();
  const again = await superviseProcesses({ logs: folder, log: () => undefined });
  await again.start(spec('worker', 'say=new', 'run'), 'restart');
  await waitFor(async () => expect(await readFile(join(folder, 'worker.log'), 'utf8')).toBe('new\n'));
  await again.stopAll();
  expect(await readFile(join(folder, 'worker.previous.log'), 'utf8')).toBe('old\n');
});

test('a child that has nothing left to do ends although its parent lives', async () => {
  const child = await startChild(spec('brief', 'say=done'), join(folder, 'brief.log'));
  expect(await child.exited).toEqual({ code: 0, signal: null });
});
