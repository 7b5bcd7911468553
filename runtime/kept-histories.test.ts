import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClosedRun, folderHistories } from './kept-histories.ts';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'firebreak-histories-'));
  folder = join(root, 'archive');
});
afterEach(() => rm(root, { recursive: true }));

const first: ClosedRun = {
  case: 'finding-1-a',
  run: '00000000-0000-4000-8000-00000000000b',
  closedAt: Date.UTC(2026, 0, 1),
};
/** Its run id sorts before that of the first. */
const second: ClosedRun = {
  ...first,
  run: '00000000-0000-4000-8000-00000000000a',
  closedAt: Date.UTC(2026, 0, 2),
};

test('before anything is kept there is nothing, without a folder', async () => {
  const histories = folderHistories(folder);
  expect(await histories.runs()).toEqual([]);
  expect(await histories.cases()).toEqual([]);
  expect(await histories.has(first)).toBe(false);
  expect(await histories.read(first.case)).toBeUndefined();
});

test('a history is kept for its owner alone and read by its run; without a run, the one that closed last', async () => {
  const histories = folderHistories(folder);
  await histories.put(second, '{"events":[2]}');
  await histories.put(first, '{"events":[1]}');
  await histories.put({ ...first, case: 'undo-finding-1-a-1' }, '{"events":[3]}');
  expect(await histories.read(first.case)).toEqual({ events: [2] });
  expect(await histories.read(first.case, first.run)).toEqual({ events: [1] });
  expect(await histories.read(first.case, '00000000-0000-4000-8000-00000000000c')).toBeUndefined();
  expect([await histories.has(first), await histories.has({ ...second, case: 'finding-1-b' })]).toEqual([true, false]);
  expect((await histories.cases()).sort()).toEqual(['finding-1-a', 'undo-finding-1-a-1']);
  expect((await histories.runs()).sort()).toEqual([second.run, first.run, first.run]);
  const [name] = await readdir(join(folder, first.case));
  expect((await stat(join(folder, first.case, name!))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, first.case))).mode & 0o777).toBe(0o700);
});

test('what a crash left half written is not taken for a history', async () => {
  const histories = folderHistories(folder);
  await histories.put(first, '{}');
  const [name] = await readdir(join(folder, first.case));
  await rm(join(folder, first.case, name!));
  await writeFile(join(folder, first.case, `${name}.7.x.tmp`), '{');
  expect(await histories.has(first)).toBe(false);
  expect(await histories.read(first.case)).toBeUndefined();
});

test.each(['../finding-1-a', 'finding-1-a/..', 'finding-', '', `finding-${'a'.repeat(300)}`])(
  'nothing is kept or read under the name %j',
  async (id) => {
    const histories = folderHistories(folder);
    await expect(histories.put({ ...first, case: id }, '{}')).rejects.toThrow('not a case id');
    expect(await histories.read(id)).toBeUndefined();
    await expect(histories.put({ ...first, run: '../x' }, '{}')).rejects.toThrow('not a run id');
    expect(await histories.runs()).toEqual([]);
  },
);
