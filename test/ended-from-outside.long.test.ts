import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import { processFacts } from '../local/process-facts.ts';
import { allBelow, childrenOf, expectGone, type Listed, waitFor } from '../local/stand-ins/observe.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let stateDir = '';
let below: readonly Listed[] = [];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'firebreak ended-'));
});
afterEach(async () => {
  for (const { pid } of below) if ((await processFacts(pid)).alive) process.kill(pid, 'SIGKILL');
  await rm(stateDir, { recursive: true, force: true });
});

/** Starts the system by a command of npm, waits until it runs, and notes every process of it. */
async function start(command: string, ...args: readonly string[]): Promise<ChildProcess> {
  const port = await freePortBase();
  const options = ['--no-demo', '--state-dir', stateDir, '--port', String(port)];
  const child = spawn(command, [...args, ...options], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await waitFor(() => expect(output).toContain('running. Temporal at'));
  below = await allBelow(child.pid!);
  const commands = below.map((listed) => listed.command).join('\n');
  for (const part of ['main.ts up', 'main.ts worker', 'main.ts intake', 'sandbox/main.ts', 'server start-dev'])
    expect(commands).toContain(part);
  return child;
}

/** In good order: what ends by force does not give its lock back. */
async function everythingEnds(): Promise<void> {
  await waitFor(() => expectGone(below.map(({ pid }) => pid)));
  expect(await readdir(stateDir)).not.toContain('up.lock');
}

test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('npm start: %s to npm ends everything', async (signal) => {
  const npm = await start('npm', 'start', '--');
  npm.kill(signal);
  await everythingEnds();
});

test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('npx firebreak up: %s to npx ends everything', async (signal) => {
  const npx = await start('npx', 'firebreak', 'up');
  npx.kill(signal);
  await everythingEnds();
});

test('when the launcher is killed everything ends', async () => {
  const npx = await start('npx', 'firebreak', 'up');
  const launcher = below.find(({ command }) => /firebreak up/.test(command) && !command.includes('main.ts'))!;
  expect((await childrenOf(launcher.pid)).length).toBeGreaterThan(0);
  process.kill(launcher.pid, 'SIGKILL');
  await everythingEnds();
  npx.kill();
});
