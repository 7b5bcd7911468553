import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterFolder } from '../intake/dead-letters.ts';
import { messageOf } from '../runtime/errors.ts';
import { ensureTrust } from '../runtime/first-trust.ts';
import { ensureFolder, statePaths } from '../runtime/state-folder.ts';
import { trustDocument } from '../runtime/trust.ts';
import { exitCodeOf } from './failure.ts';
import { createProgram } from './program.ts';
import { runFirebreak } from './test/run-firebreak.ts';

let root = '';
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'firebreak cli '));
});
afterAll(() => rm(root, { recursive: true }));
const newState = (): string => join(root, `state ${(count += 1)}`);

/** A port on which nothing listens. */
const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
const commands = [
  'up',
  'cases',
  'case',
  'approve',
  'dismiss',
  'hand-over',
  'reopen',
  'look-again',
  'analyst add',
  'analyst list',
  'submit',
  'dead-letters list',
  'dead-letters show',
  'dead-letters retry',
  'detectors',
  'detectors show',
  'doctor',
  'preflight',
  'permissions',
  'audit replay',
  'worker',
  'intake',
  'sandbox',
  'sandbox publish',
];

test.each(commands)('firebreak %s --help shows an example, and the options that all commands have', async (command) => {
  let said = '';
  const program = createProgram();
  const asked = command.split(' ').reduce((above, name) => above.commands.find((one) => one.name() === name)!, program);
  asked.configureOutput({ writeOut: (text) => (said += text) });
  asked.outputHelp();
  expect(said).toMatch(/Examples?:\n {2}(.*=\S+ )?npx firebreak /);
  expect(said).toContain('--state-dir');
});

test.each([
  ['an unknown option', ['cases', '--al'], /unknown option '--al'/],
  ['a missing argument', ['case'], /missing required argument 'id'/],
  ['an approval without a plan', ['approve', 'x', '--reason', 'y'], /required option '--plan/],
  ['an approval without a reason', ['approve', 'x', '--plan', 'y'], /required option '--reason/],
  ['a role that there is not', ['analyst', 'add', 'ana', '--role', 'boss'], /approver, lead, viewer/],
  ['a worker role that there is not', ['worker', '--role', 'cook'], /cases, observe, virustotal, archive, respond/],
  ['a name that is none', ['analyst', 'add', '../ana', '--role', 'lead'], /lower-case/],
  ['a port that is none', ['up', '--port', '80'], /1024 to 65516/],
])('%s is wrong use', async (_, args, said) => {
  const program = createProgram();
  for (const command of program.commands.flatMap((above) => [above, ...above.commands]))
    command.configureOutput({ writeErr: () => {} });
  const error: unknown = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  expect(exitCodeOf(error)).toBe(2);
  expect(messageOf(error)).toMatch(said);
});

test.concurrent.each([
  ['no command', [], /Usage: firebreak/],
  ['an unknown command', ['burn'], /unknown command 'burn'/],
  ['a state that there is not', ['cases', '--state', 'lost'], /investigating, proposed, approved/],
])('%s ends the real program with exit code 2, and it says what is right', async (_, args, said) => {
  const { code, stdout, stderr } = await runFirebreak(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(said);
});

test('an error of the configuration names every wrong variable, and exits with 2', async () => {
  const wrong = { FIREBREAK_EXPIRY_SECONDS: 'soon', FIREBREAK_SANDBOX: 'here', FIREBREAK_TYPO: '1' };
  for (const command of [['cases'], ['up']]) {
    const { code, stderr } = await runFirebreak([...command, '--state-dir', newState()], wrong);
    expect(code).toBe(2);
    for (const name of Object.keys(wrong)) expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

test.concurrent.each([['intake'], ['worker', '--role', 'observe']].map((args) => [args]))(
  'firebreak %s, outside the sandbox and without parents, says what to set and exits with 2',
  async (args) => {
    const { code, stderr } = await runFirebreak([...args, '--state-dir', newState()], nowhere);
    expect(code).toBe(2);
    expect(stderr).toContain('set FIREBREAK_SCC_PARENTS');
  },
);

test.concurrent.each([[['case', 'x']], [['cases', '--json']]])(
  'firebreak %s, when nothing runs, says what to type and exits with 1',
  async (command) => {
    const { code, stdout, stderr } = await runFirebreak([...command, '--state-dir', newState()], nowhere);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^firebreak: nothing runs at 127\.0\.0\.1:1.*npm start/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
);

test('--stack shows where an error comes from', async () => {
  const { stderr } = await runFirebreak(['cases', '--stack', '--state-dir', newState()], nowhere);
  expect(stderr).toMatch(/\n\s+at .*with-client\.ts/);
});

test('a state folder of a newer version is refused with exit code 2', async () => {
  const state = newState();
  await ensureFolder(state);
  await writeFile(statePaths(state).connection, JSON.stringify({ version: 99 }));
  const { code, stderr } = await runFirebreak(['cases', '--state-dir', state]);
  expect(code).toBe(2);
  expect(stderr).toContain('is of version 99');
});

test('an analyst who is added has a key of his own and stands on the signed roster', async () => {
  const state = newState();
  const paths = statePaths(state);
  const added = await runFirebreak([
    'analyst',
    'add',
    'ana',
    '--role',
    'approver',
    '--role',
    'lead',
    '--days',
    '30',
    '--state-dir',
    state,
  ]);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  const key = join(paths.keys, 'analyst-ana.json');
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  const { kid, d } = JSON.parse(await readFile(key, 'utf8')) as { kid: string; d: string };
  expect(added.stdout + (await readFile(join(paths.trust, 'roster.json'), 'utf8'))).not.toContain(d);

  const { approvers } = await trustDocument({ paths }).read();
  expect(approvers).toMatchObject([
    { id: 'ana', roles: ['approver', 'lead'], credentials: [{ id: kid, kind: 'ed25519' }] },
  ]);
  const left = Date.parse(approvers[0]!.credentials[0]!.notAfter) - Date.now();
  expect(left / 86_400_000).toBeCloseTo(30, 1);

  const again = await runFirebreak(['analyst', 'add', 'ana', '--role', 'approver', '--state-dir', state]);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('there is an analyst ana already');
  const listed = await runFirebreak(['analyst', 'list', '--json', '--state-dir', state]);
  expect(JSON.parse(listed.stdout)).toEqual(approvers);
});

test('analysts who are added at the same time are all on the roster', async () => {
  const state = newState();
  const names = ['ana', 'ben', 'cem'];
  const added = await Promise.all(
    names.map((name) => runFirebreak(['analyst', 'add', name, '--role', 'approver', '--state-dir', state])),
  );
  expect(added.map(({ code }) => code)).toEqual([0, 0, 0]);
  const { approvers } = await trustDocument({ paths: statePaths(state) }).read();
  expect(approvers.map(({ id }) => id).sort()).toEqual(names);
});

test('where nobody has a key here, a decision says how to get one; where several have, it asks who decides', async () => {
  const state = newState();
  const decide = ['dismiss', 'x', '--reason', 'test', '--state-dir', state];
  const alone = await runFirebreak(decide);
  expect(alone.code).toBe(1);
  expect(alone.stderr).toContain(`npx firebreak analyst add NAME --role approver --state-dir '${state}'`);
  for (const name of ['ana', 'ben'])
    await runFirebreak(['analyst', 'add', name, '--role', 'approver', '--state-dir', state]);
  const several = await runFirebreak(decide);
  expect(several.code).toBe(2);
  expect(several.stderr).toContain('ana, ben');
});

test('a dead letter is listed and shown without its environment values, and nothing in it acts on the terminal', async () => {
  const state = newState();
  const letters = deadLetterFolder(statePaths(state).deadLetters);
  const message = {
    finding: {
      processes: [{ envVariables: [{ name: 'TOKEN', val: 'invented-secret' }] }],
      description: '\u001b[2J\u202e',
    },
  };
  const { id } = await letters.put({ id: '7', attributes: {}, data: Buffer.from(JSON.stringify(message)) }, 'no name');
  const listed = await runFirebreak(['dead-letters', 'list', '--json', '--state-dir', state]);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ id, reason: 'no name' }]);
  for (const options of [[], ['--json']]) {
    const { code, stdout } = await runFirebreak([
      'dead-letters',
      'show',
      id.slice(0, 6),
      ...options,
      '--state-dir',
      state,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('TOKEN');
    expect(stdout).not.toContain('invented-secret');
    expect(stdout).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u);
  }
  expect((await runFirebreak(['dead-letters', 'show', 'zz', '--state-dir', state])).code).toBe(1);
});

test('submit refuses what cannot be read with 2, before it starts anything', async () => {
  const { code, stderr } = await runFirebreak(
    ['submit', join(root, 'not there.json'), '--state-dir', newState()],
    nowhere,
  );
  expect(code).toBe(2);
  expect(stderr).toContain('cannot be read');
});

test('doctor works when nothing runs: it says what fails and what to do, exits with 1, and makes nothing', async () => {
  const state = newState();
  const { code, stdout } = await runFirebreak(['doctor', '--json', '--state-dir', state], nowhere);
  expect(code).toBe(1);
  const checks = JSON.parse(stdout) as { name: string; status: string; todo: string }[];
  expect(checks.find(({ name }) => name === 'temporal')).toMatchObject({
    status: 'fail',
    todo: expect.stringContaining('npm start') as string,
  });
  expect(checks.filter(({ status }) => status !== 'ok').every(({ todo }) => todo !== '')).toBe(true);
  await expect(readdir(state)).rejects.toThrow('ENOENT');
});

test('doctor says that a state folder which others can read is not safe', async () => {
  const state = newState();
  await ensureTrust(statePaths(state));
  await chmod(state, 0o755);
  const { stdout } = await runFirebreak(['doctor', '--json', '--state-dir', state], nowhere);
  const checks = JSON.parse(stdout) as { name: string; status: string }[];
  expect(checks).toContainEqual(expect.objectContaining({ name: 'state folder', status: 'fail' }));
  expect(checks).toContainEqual(expect.objectContaining({ name: 'trust document', status: 'ok' }));
});
