import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateLockedError, takeLock } from './lock.ts';
import { processFacts } from './process-facts.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-lock-'));
  path = join(folder, 'up.lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that takes the lock when told to, says how that went, and keeps it while it lives. */
function contender() {
  const code = `
    import { takeLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
    process.stdin.once('data', () =>
      takeLock(${JSON.stringify(path)}, 'STATE').then(
        (lock) => console.log(lock.takenOver ? 'taken over' : 'taken'),
        (error) => console.log(error.name),
      ),
    );
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = (async function* () {
    for await (const chunk of child.stdout) for (const line of String(chunk).trim().split('\n')) yield line;
  })();
  return {
    pid: child.pid!,
    next: async () => (await said.next()).value,
    go: () => child.stdin.write('go\n'),
    kill: () => new Promise((resolve) => child.once('exit', resolve).kill('SIGKILL')),
  };
}

test('a second taker is told the process that has the lock and how to stop it', async () => {
  const first = await takeLock(path, '/somewhere/.firebreak');
  const error = await takeLock(path, '/somewhere/.firebreak').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StateLockedError);
  expect(error).toHaveProperty('message', expect.stringContaining(`kill ${process.pid}`));
  expect(error).toHaveProperty('message', expect.stringContaining('/somewhere/.firebreak'));
  await first.release();
  await expect(takeLock(path, 'STATE')).resolves.toHaveProperty('takenOver', false);
});

test('of several processes that race for the lock of a killed one exactly one gets it', async () => {
  const killed = contender();
  const racers = Array.from({ length: 5 }, contender);
  expect(await killed.next()).toBe('ready');
  killed.go();
  expect(await killed.next()).toBe('taken');
  await killed.kill();

  for (const racer of racers) expect(await racer.next()).toBe('ready');
  for (const racer of racers) racer.go();
  const results = await Promise.all(racers.map((racer) => racer.next()));
  await Promise.all(racers.map((racer) => racer.kill()));
  expect(results.filter((result) => result === 'taken over')).toHaveLength(1);
  expect(results.filter((result) => result === 'StateLockedError')).toHaveLength(4);
  expect(await readdir(folder)).toEqual(['up.lock']);
});

test('calls that race inside one process do not both get the lock of a dead process', async () => {
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, started: '1', token: crypto.randomUUID() }));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(path, 'STATE')));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a lock whose process id now belongs to another process is taken over', async () => {
  const { started } = await processFacts(process.ppid);
  expect(started).not.toBeNull();
  await writeFile(path, JSON.stringify({ pid: process.ppid, started: `not ${started}`, token: crypto.randomUUID() }));
  await expect(takeLock(path, 'STATE')).resolves.toHaveProperty('takenOver', true);
  expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('pid', process.pid);
});

test('a lock taken over by another process is not given back by its former holder', async () => {
  const first = await takeLock(path, 'STATE');
  const other = { pid: process.ppid, started: null, token: crypto.randomUUID() };
  await writeFile(path, JSON.stringify(other));
  await first.release();
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(other);
});
