import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConnectionDetails } from '../runtime/state-folder.ts';
import { freePortBase } from './ports.ts';
import { allBelow, childrenOf, expectGone, processIds, temporalAnswers, waitFor } from './stand-ins/observe.ts';

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'firebreak up-')), 'state');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

/** `up` in a process of its own. */
function upProcess(port?: number) {
  const program = fileURLToPath(new URL('./stand-ins/up-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder, ...(port ? [String(port)] : [])]);
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    child,
    exited,
    errors: () => errors,
    details: async () =>
      JSON.parse((await lines.next()).value ?? `{"failed": ${JSON.stringify(errors)}}`) as ConnectionDetails,
  };
}

test('when Temporal dies everything ends, with exit code 1 and the reason', async () => {
  const { child, details, exited, errors } = upProcess(await freePortBase());
  await details();
  const pids = await processIds(folder);
  const wrapper = (await childrenOf(child.pid!)).find(({ command }) => command.includes('run-command.ts'));
  process.kill(wrapper!.pid, 'SIGKILL');
  expect(await exited).toBe(1);
  expect(errors()).toContain('temporal was ended by SIGKILL');
  await expectGone(pids);
});

test('a killed worker is started again while the rest goes on', async () => {
  const { child, details, exited } = upProcess(await freePortBase());
  const found = await details();
  await processIds(folder);
  const worker = Number((await readFile(join(folder, 'worker.pids'), 'utf8')).trim());
  process.kill(worker, 'SIGKILL');
  const pids = await processIds(folder, 3);
  expect(await temporalAnswers(found)).toBe(true);
  child.kill('SIGINT');
  // npm and the launcher hand the same Ctrl-C on.
  child.kill('SIGINT');
  expect(await exited).toBe(0);
  await expectGone(pids);
});

test('every process ends when up is killed by force, and the next up goes on with its state and ports', async () => {
  const port = await freePortBase();
  const killed = upProcess(port);
  await killed.details();
  await processIds(folder);
  const descendants = await allBelow(killed.child.pid!);
  expect(descendants.map(({ command }) => command).join('\n')).toContain('server start-dev');
  killed.child.kill('SIGKILL');
  await waitFor(() => expectGone(descendants.map(({ pid }) => pid)));

  const next = upProcess();
  expect(await next.details()).toMatchObject({ basePort: port });
  expect(next.errors()).toContain('ended by force');
  next.child.kill('SIGTERM');
  expect(await next.exited).toBe(0);
});
