import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runFirebreak } from '../test/run-firebreak.ts';

let state: string;
const run = (...args: string[]) => runFirebreak([...args, '--state-dir', state]);
const changes = async (): Promise<{ status: string; detail: string }> => {
  const { stdout } = await run('doctor', '--json');
  const checks = JSON.parse(stdout) as { name: string; status: string; detail: string }[];
  return checks.find(({ name }) => name === 'changes')!;
};

beforeAll(async () => {
  state = join(await mkdtemp(join(tmpdir(), 'firebreak-halt-')), 'state');
  for (const [name, role] of [
    ['ana', 'approver'],
    ['lea', 'lead'],
    ['vic', 'viewer'],
  ] as const)
    expect((await run('analyst', 'add', name, '--role', role)).code).toBe(0);
});
afterAll(() => rm(state, { recursive: true, force: true }));

test('a halt needs no server and no worker; doctor says who halted and why, until somebody resumes', async () => {
  expect(await changes()).toMatchObject({ status: 'ok', detail: 'may be made, by respond, respond-iam' });
  const halted = await run('halt', '--reason', 'the wrong service was hit', '--as', 'lea');
  expect(halted).toMatchObject({ code: 0 });
  expect(halted.stdout).toMatch(/lea: halted.*resume --reason/s);
  const standing = await changes();
  expect(standing.status).toBe('warn');
  expect(standing.detail).toMatch(/halted by lea at .*: the wrong service was hit/);
  const listed = await runFirebreak(['cases', '--state-dir', state], { TEMPORAL_ADDRESS: inject('temporalAddress') });
  expect(listed.stdout.replace(/\s+/g, ' ')).toMatch(
    /All changes are halted by lea at .*the wrong service was hit.*resume/,
  );
  const resumed = await run('resume', '--reason', 'settled', '--as', 'ana', '--json');
  expect(JSON.parse(resumed.stdout)).toEqual({ resumed: 1, by: 'ana', reason: 'settled' });
  expect((await changes()).status).toBe('ok');
});

test('where nothing is halted there is nothing to resume', async () => {
  const { code, stderr } = await run('resume', '--reason', 'settled', '--as', 'ana');
  expect(code).toBe(1);
  expect(stderr).toContain('nothing is halted');
});

test.each(['halt', 'resume'])('who only looks cannot %s', async (command) => {
  const { code, stderr } = await run(command, '--reason', 'me', '--as', 'vic');
  expect(code).toBe(1);
  expect(stderr).toContain('vic only looks');
  expect((await changes()).status).toBe('ok');
});

test('a halt that the ledger does not take is said to be none', async () => {
  const ledger = join(state, 'not-a-folder');
  await writeFile(ledger, '');
  const args = ['halt', '--reason', 'stop', '--as', 'ana', '--state-dir', state];
  const { code, stderr } = await runFirebreak(args, { FIREBREAK_LEDGER_DIR: ledger });
  expect(code).toBe(1);
  expect(stderr).toContain('NOT halted');
});
