import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import type { CaseSummary, CaseView } from '../model/case.ts';

const firebreak = fileURLToPath(new URL('../cli/firebreak.js', import.meta.url));
let stateDir: string;
let port: number;
let running: ChildProcess | undefined;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'firebreak with spaces '));
  port = await freePortBase();
});
afterAll(async () => {
  await stop();
  await rm(stateDir, { recursive: true, force: true });
});

/** Starts it as a newcomer does, and waits for a line. */
function up(line: RegExp): Promise<string> {
  const child = spawn(process.execPath, [firebreak, 'up', '--state-dir', stateDir, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      if (line.test(output)) resolve(output);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`up ended with ${code} before ${line}:\n${output}`)));
  });
}

async function stop(): Promise<void> {
  const child = running;
  running = undefined;
  if (child === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

async function run(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [firebreak, ...args, '--state-dir', stateDir]);
  return stdout;
}

test('the demonstration waits for approval, is stopped and started in the middle, and both findings end contained', async () => {
  await up(/2 cases wait/);
  await run('analyst', 'add', 'ana', '--role', 'approver');
  await stop();

  await up(/2 cases wait/);
  const cases = JSON.parse(await run('cases', '--json')) as CaseSummary[];
  expect(cases.map(({ category }) => category).sort()).toEqual([
    'Execution: Possible Remote Command Execution Detected',
    'Reverse Shell',
  ]);
  expect(cases.every(({ state }) => state === 'proposed')).toBe(true);
  await Promise.all(
    cases.map(async ({ id }) => {
      const view = JSON.parse(await run('case', id, '--json')) as CaseView;
      const plan = view.proposal!.plans.find(({ recommended }) => recommended)!.id;
      // Follows the case to its end; any other end than contained is another exit code.
      await run('approve', id, '--plan', plan, '--reason', 'seen with the owner');
    }),
  );
  for (const { id } of cases) expect((JSON.parse(await run('case', id, '--json')) as CaseView).state).toBe('contained');
  // Replayed with the code of today, in words and exit code.
  expect(await run('audit', 'replay', ...cases.map(({ id }) => id))).toMatch(/ok/);
}, 600_000);
