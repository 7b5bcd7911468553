import fs from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evidenceStore } from './evidence-store.ts';
import { folderHistories } from './kept-histories.ts';
import { folderLedger } from './ledger.ts';
import { replaceFile } from './state-folder.ts';

let root: string;
/** Inode of each folder that was synced, with the names that it had then. */
let synced: Map<number, string[]>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'firebreak-durable-'));
  synced = new Map();
  vi.spyOn(fs, 'fsync').mockImplementation(((file: number, done: (error: unknown) => void) => {
    const { ino } = fs.fstatSync(file);
    void allFolders()
      .then(async (folders) => {
        const path = folders.find(([, inode]) => inode === ino)?.[0];
        fs.fdatasyncSync(file);
        if (path !== undefined) synced.set(ino, await readdir(path));
      })
      .then(() => done(null), done);
  }) as typeof fs.fsync);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

async function allFolders(): Promise<(readonly [string, number])[]> {
  const below = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = below.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all([root, ...paths].map(async (path) => [path, (await stat(path)).ino] as const));
}

async function namesBelow(): Promise<string[]> {
  return (await readdir(root, { recursive: true })).map((name) => join(root, name));
}

test.each<[string, () => Promise<unknown>]>([
  ['a file that is replaced', () => replaceFile(join(root, 'roster.json'), '{}')],
  [
    'a kept history',
    () =>
      folderHistories(join(root, 'archive')).put(
        { case: 'finding-1-a', run: '00000000-0000-4000-8000-00000000000b', closedAt: 0 },
        '{}',
      ),
  ],
  [
    'an entry of the ledger',
    () => folderLedger(join(root, 'ledger')).createIfAbsent('slot.1', { payload: 'a', protected: 'b', signature: 'c' }),
  ],
  ['evidence', () => evidenceStore(join(root, 'evidence')).put('finding', 'application/json', '{}')],
])('%s is answered when its name is durable, and so is every folder that was made for it', async (_what, write) => {
  await write();
  const names = await namesBelow();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const { ino } = await stat(dirname(name));
    expect(synced.get(ino) ?? [], `the folder of ${name}`).toContain(name.slice(dirname(name).length + 1));
  }
});
