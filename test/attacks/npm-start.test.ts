import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { freePortBase } from '../../local/ports.ts';
import { processFacts } from '../../local/process-facts.ts';
import { allBelow, expectGone, type Listed, waitFor } from '../../local/stand-ins/observe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
let below: readonly Listed[] = [];
afterEach(async () => {
  // What is left over must not stay, whatever the test found.
  for (const { pid } of below) if ((await processFacts(pid)).alive) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** `npm start` in a group of its own, as a person types it; answers when the system runs. */
async function npmStart(): Promise<ChildProcess> {
  folder = await mkdtemp(join(tmpdir(), 'firebreak npm '));
  const own = Object.entries(process.env).filter(([name]) => !/^(FIREBREAK|TEMPORAL|NODE_OPTIONS|npm_)/i.test(name));
  // The npm of this Node.
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const args = [
    'start',
    '--',
    '--no-demo',
    '--state-dir',
    join(folder, 'state'),
    '--port',
    String(await freePortBase()),
  ];
  const npm = spawn('npm', args, { cwd: root, env: { ...Object.fromEntries(own), PATH: path }, detached: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  const hear = (chunk: Buffer): void => {
    said += chunk.toString('utf8');
    if (said.includes('running. Temporal at')) resolve();
  };
  npm.stdout.on('data', hear);
  npm.stderr.on('data', hear);
  npm.once('close', () => reject(new Error(`npm start ended: ${said}`)));
  await promise;
  below = await allBelow(npm.pid!);
  expect(below.map(({ command }) => command).join('\n')).toContain('server start-dev');
  return npm;
}

test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  '%s to npm ends everything that npm start began',
  async (signal) => {
    const npm = await npmStart();
    process.kill(npm.pid!, signal);
    await waitFor(() => expectGone(below.map(({ pid }) => pid)));
  },
);
