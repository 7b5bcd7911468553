import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConnectionDetails, StateVersionError } from '../runtime/state-folder.ts';
import { StateLockedError } from './lock.ts';
import { assertPortsFree, freePortBase, planPorts } from './ports.ts';
import { standInChildren } from './stand-ins/children.ts';
import { expectGone, processIds, temporalAnswers } from './stand-ins/observe.ts';
import { up } from './up.ts';

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'firebreak up-')), 'state');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const log = () => undefined;
const start = (port: number | undefined, signal = new AbortController().signal) =>
  up({ stateDir: folder, port, log, signal }, standInChildren);

test('a system is found by its state folder, has it to itself, and comes back on its ports when started without --port', async () => {
  const port = await freePortBase();
  const first = await start(port);
  expect(await readConnectionDetails(folder)).toEqual(first.details);
  expect(first.details).toMatchObject({ basePort: port, pid: process.pid, temporalAddress: `127.0.0.1:${port}` });
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await fetch(first.details.temporalUi)).status).toBe(200);
  expect(await temporalAnswers(first.details)).toBe(true);
  const pids = await processIds(folder);
  await first.stop();
  expect(await first.ended).toBeUndefined();
  await expectGone(pids);

  const second = await start(undefined);
  expect(second.details.basePort).toBe(port);
  await expect(start(await freePortBase()), 'a second up on the same state').rejects.toThrow(StateLockedError);
  expect(await temporalAnswers(second.details), 'the second up disturbs nothing').toBe(true);
  await second.stop();
});

test('an abort while it starts ends everything and leaves the state folder free', async () => {
  const port = await freePortBase();
  const controller = new AbortController();
  const starting = start(port, controller.signal);
  setTimeout(() => controller.abort(new Error('stopped by SIGINT')), 150);
  await expect(starting).rejects.toThrow('stopped by SIGINT');
  await expect(assertPortsFree(planPorts(port))).resolves.toBeUndefined();
  await expect(readdir(folder)).resolves.toEqual(expect.not.arrayContaining(['up.lock']));
});

test('a sandbox that cannot start fails the start with its own last words', async () => {
  const children: typeof standInChildren = (state, ports) => {
    const { sandbox, engine } = standInChildren(state, ports);
    return { engine, sandbox: { ...sandbox, args: ['no-port'] } };
  };
  const options = { stateDir: folder, port: await freePortBase(), log, signal: new AbortController().signal };
  await expect(up(options, children)).rejects.toThrow(/sandbox ended with exit code 1[^]*ERR_SOCKET_BAD_PORT/);
});

test('a state folder of a newer layout is refused before anything starts', async () => {
  await mkdir(folder);
  await writeFile(join(folder, 'connection.json'), JSON.stringify({ version: 99 }));
  await expect(start(await freePortBase())).rejects.toThrow(StateVersionError);
});
