import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePortBase } from '../../local/ports.ts';
import { raceUp, works } from './support/race-up.ts';
import { startUp } from './support/up-processes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak race '));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

test('two up started at the same moment on a new state folder: one runs, the other says what to do and harms nothing', async () => {
  const stateDir = join(folder, 'state');
  const port = await freePortBase();
  const winner = await raceUp(stateDir, port, 2);
  // On the same ports with a folder of its own: told which port, and what to choose instead.
  const other = startUp(join(folder, 'other'), port);
  expect(await other.outcome).toBe(1);
  expect(other.said()).toMatch(/port \d+ \(the Temporal server\) is in use.*choose another base with --port/);
  await works(stateDir, winner);
  winner.child.kill('SIGINT');
  expect(await winner.exited).toBe(0);
  expect((await readdir(stateDir)).filter((name) => /lock|tmp/.test(name))).toEqual([]);
});

test('a port of the range taken by another program: up names it, ends, and leaves the folder free for the next', async () => {
  const stateDir = join(folder, 'state');
  const port = await freePortBase();
  const squatter = createServer().listen(port + 12, '127.0.0.1');
  await once(squatter, 'listening');
  const first = startUp(stateDir, port);
  expect(await first.outcome).toBe(1);
  expect(first.said()).toContain(`port ${port + 12} (the sandbox) is in use by another process`);
  expect(await readdir(stateDir)).not.toContain('connection.json');
  expect(await readdir(stateDir)).not.toContain('up.lock');
  squatter.close();
});
