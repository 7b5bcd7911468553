import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFirebreak } from '../../cli/test/run-firebreak.ts';
import { freePortBase } from '../../local/ports.ts';
import { sha256Hex } from '../../model/digest.ts';
import { folderArchiveIndex, ownArchiveIndex } from '../../runtime/archive-index.ts';
import { messageOf } from '../../runtime/errors.ts';
import { evidenceStore } from '../../runtime/evidence-store.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import { folderHistories } from '../../runtime/kept-histories.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import {
  readConnectionDetails,
  replaceFile,
  type StatePaths,
  statePaths,
  stateVersion,
} from '../../runtime/state-folder.ts';
import { trustDocument, trustFiles } from '../../runtime/trust.ts';
import { damage, damages } from './support/damages.ts';

let paths: StatePaths;
beforeEach(async () => {
  paths = statePaths(await mkdtemp(join(tmpdir(), 'firebreak damaged ')));
  await ensureTrust(paths);
  const details = { version: stateVersion, pid: 1, basePort: 7600, temporalAddress: '127.0.0.1:1', startedAt: '' };
  await replaceFile(
    paths.connection,
    JSON.stringify({ ...details, temporalNamespace: 'default', temporalUi: '', sandbox: '127.0.0.1:1' }),
  );
});
afterEach(() => rm(paths.root, { recursive: true }));

const closedCase = {
  type: 'firebreak.index.v1',
  mode: 'live',
  case: 'finding-1-a',
  run: 'r',
  state: 'contained',
  watermark: '2026-01-01T00:00:00Z',
  fingerprint: '',
  closedAt: '2026-01-01T00:00:00Z',
} as const;
const closedRun = { case: 'finding-1-a', run: '00000000-0000-4000-8000-000000000001', closedAt: 0 };
const history = '{"events":[]}';
const historyFile = `19700101T000000000Z.${closedRun.run}.${sha256Hex(history)}.json`;
const taken = { payload: 'e30', protected: 'e30', signature: 'AA' };

/** Each file of the state folder, how it is made and how it is read. */
const files: readonly {
  readonly name: string;
  readonly path: () => string;
  readonly make?: () => Promise<unknown>;
  readonly read: () => Promise<unknown>;
}[] = [
  {
    name: 'the connection details',
    path: () => paths.connection,
    read: () => readConnectionDetails(paths.root),
  },
  {
    name: 'the roster',
    path: () => trustFiles(paths.trust).roster,
    read: () => trustDocument({ paths }).read(),
  },
  {
    name: 'the root’s public key',
    path: () => trustFiles(paths.trust).root,
    read: () => trustDocument({ paths }).read(),
  },
  { name: 'the root key', path: () => join(paths.keys, 'root.json'), read: () => ensureTrust(paths) },
  { name: 'the receipt key', path: () => join(paths.keys, 'respond.json'), read: () => ensureTrust(paths) },
  {
    name: 'an entry of the archive index',
    path: () => join(paths.archiveIndex, 'finding-1-a.json'),
    make: async () =>
      ownArchiveIndex(paths.archiveIndex, trustDocument({ paths }), await readRoleKey(paths, 'observe')).write(
        closedCase,
      ),
    read: () => folderArchiveIndex(paths.archiveIndex, trustDocument({ paths })).read('finding-1-a'),
  },
  {
    name: 'a kept history',
    path: () => join(paths.archive, closedRun.case, historyFile),
    make: () => folderHistories(paths.archive).put(closedRun, history),
    read: () => folderHistories(paths.archive).read(closedRun.case),
  },
  {
    name: 'an entry of the ledger',
    path: () => join(paths.ledger, 'key.a1.json'),
    make: () => folderLedger(paths.ledger).createIfAbsent('key.a1', taken),
    read: () => folderLedger(paths.ledger).read('key.a1'),
  },
  {
    name: 'an entry of the ledger that is taken again',
    path: () => join(paths.ledger, 'key.a1.json'),
    make: () => folderLedger(paths.ledger).createIfAbsent('key.a1', taken),
    read: () => folderLedger(paths.ledger).createIfAbsent('key.a1', taken),
  },
  {
    name: 'a receipt in the ledger',
    path: () => join(paths.ledger, 'key.a1.receipt.json'),
    make: () => folderLedger(paths.ledger).createIfAbsent('key.a1.receipt', taken),
    read: () => folderLedger(paths.ledger).read('key.a1.receipt'),
  },
];

describe.each(files)('$name', ({ path, make, read }) => {
  test.each(damages)('%s: one error that names the file and what to do', async (_how, how) => {
    await make?.();
    await read();
    await damage(path(), how);
    const error = await read().then(
      (value) => new Error(`it was read as ${JSON.stringify(value)}`),
      (thrown: unknown) => thrown,
    );
    const message = messageOf(error);
    // A state folder of another version is named as a whole.
    expect(message.includes(path()) || message.includes(`state folder ${paths.root}`), message).toBe(true);
    expect(message).toMatch(/restore|remove|use the firebreak that wrote it/i);
    // Nothing of what is in the file: it may be a key, or act on a terminal.
    expect(message).not.toMatch(/\p{Cc}|"d"|not valid JSON|Unexpected/u);
  });
});

test('damaged evidence is never answered; stored again it is whole, and nothing else is left in its folder', async () => {
  const store = evidenceStore(paths.evidence);
  const { sha256 } = await store.put('finding', 'application/json', '{"a":1}');
  const folder = join(paths.evidence, 'sha256', sha256.slice(0, 2));
  // The last is as long as what was there.
  for (const content of ['', '{"a"', '{"a":2}']) {
    await writeFile(join(folder, sha256), content);
    await expect(store.get(sha256)).rejects.toThrow(sha256);
    await store.put('finding', 'application/json', '{"a":1}');
    expect(String(await store.get(sha256))).toBe('{"a":1}');
  }
  expect(await readdir(folder)).toEqual([sha256]);
});

/** The private half of whatever key is there must not be said. */
const said = (text: string): void => {
  expect(text).not.toMatch(/^\s+at /m);
  expect(text).not.toMatch(/"d":|not valid JSON|node:internal/);
};

test.each<[string, string[], (all: StatePaths) => string]>([
  ['up', ['up'], ({ connection }) => connection],
  ['up', ['up'], ({ keys }) => join(keys, 'respond.json')],
  ['a worker', ['worker', '--role', 'respond'], ({ keys }) => join(keys, 'respond.json')],
  ['a worker', ['worker', '--role', 'respond'], ({ connection }) => connection],
  ['doctor', ['doctor'], ({ connection }) => connection],
])('%s on a damaged file says which one it is, and ends without a stack (%s)', async (_name, command, pathOf) => {
  const path = pathOf(paths);
  await damage(path, (text) => text.slice(0, -8));
  const { code, stderr } = await runFirebreak([...command, '--state-dir', paths.root]);
  expect([1, 2]).toContain(code);
  expect(stderr).toContain(path);
  said(stderr);
});

test('doctor on a damaged roster says so among its other checks', async () => {
  await damage(trustFiles(paths.trust).roster, (text) => text.slice(0, -8));
  const { code, stdout, stderr } = await runFirebreak(['doctor', '--json', '--state-dir', paths.root]);
  expect(code).toBe(1);
  const checks = JSON.parse(stdout) as { name: string; status: string; detail: string; todo: string }[];
  const trust = checks.find(({ name }) => name === 'trust document');
  expect(trust).toMatchObject({ status: 'fail' });
  expect(`${trust?.detail} ${trust?.todo}`).toMatch(/roster\.json.*restore/is);
  said(stderr);
});

test('up on a damaged state of the sandbox ends with the sandbox’s reason, and keeps the file', async () => {
  await rm(paths.connection);
  await writeFile(paths.sandboxState, '{"version":1,"sections":{"cloud-run":');
  const port = String(await freePortBase());
  const { code, stdout, stderr } = await runFirebreak(['up', '--state-dir', paths.root, '--port', port]);
  expect(code).toBe(1);
  expect(stderr).toContain(paths.sandboxState);
  expect(stderr).toMatch(/damaged.*Move or delete/s);
  said(stdout + stderr);
  expect(await readdir(paths.root)).toContain('sandbox.json');
});
