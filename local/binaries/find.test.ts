import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cache, cachedFolder } from './cache.ts';
import type { Executable } from './executables.ts';
import { temporalCli, temporalTestServer } from './executables.ts';
import { allSources, findBinary } from './find.ts';
import { bringing } from './install.ts';
import { searchPath } from './search-path.ts';
import { BinarySettingError, explicitSetting } from './setting.ts';
import { BinaryNotFoundError, SourceError } from './source.ts';
import type { Surroundings } from './source.ts';

const genuine = '#!/bin/sh\necho tool 1.2.3\n';
const digest = createHash('sha256').update(genuine).digest('hex');
const pin = { wheelPlatform: 'none', wheelDigest: '', wheelBytes: 0, digest };
/** A small executable that is pinned like the real ones. */
const tool: Executable = {
  title: 'Tool',
  version: '1.2.3',
  command: 'tool',
  setting: 'FIREBREAK_TOOL',
  versionArguments: ['--version'],
  oldest: '1.1.0',
  artifact: 'tool',
  distribution: 'tool-bin',
  pins: { 'test-x64': pin },
};

let folder = '';
let lines: string[] = [];
let around: Surroundings;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak binaries-'));
  lines = [];
  around = { environment: {}, platform: 'test-x64', cache: join(folder, 'cache'), log: (line) => lines.push(line) };
});
afterEach(() => rm(folder, { recursive: true }));

async function executableFile(path: string, text: string): Promise<string> {
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** A download that brings this text. */
const downloadOf = (text: string) =>
  bringing('download', (_, workplace) => executableFile(join(workplace, 'brought'), text));

const cachedPath = () => join(cachedFolder(tool, around), 'tool');

test('what was brought once is taken from the cache afterwards, and one line says which is used', async () => {
  const brought = await findBinary(tool, [cache, downloadOf(genuine)], around);
  expect(brought).toEqual({ path: cachedPath(), source: 'download', version: '1.2.3' });
  const again = await findBinary(tool, [cache], around);
  expect(again).toEqual({ path: cachedPath(), source: 'cache, from download', version: '1.2.3' });
  expect(lines.at(-1)).toBe(`Tool 1.2.3: ${cachedPath()} (cache, from download)`);
});

test('a cached executable that was changed is refused, said, and brought anew, even when its size and time are as before', async () => {
  await findBinary(tool, [downloadOf(genuine)], around);
  const wholeSecond = 1_700_000_000;
  await utimes(cachedPath(), wholeSecond, wholeSecond);
  await findBinary(tool, [cache], around); // takes note of that time
  await writeFile(cachedPath(), genuine.replace('tool', 'evil'));
  await utimes(cachedPath(), wholeSecond, wholeSecond);

  const found = await findBinary(tool, [cache, downloadOf(genuine)], around);
  expect(found.source).toBe('download');
  expect(await readFile(found.path, 'utf8')).toBe(genuine);
  expect(lines.join('\n')).toMatch(/Tool, cache: .*expected [0-9a-f]{64}.*refused/);
});

test('an executable put into the cache by hand is refused unless it has the pinned digest', async () => {
  await mkdir(cachedFolder(tool, around), { recursive: true });
  await executableFile(cachedPath(), 'something else');
  await expect(findBinary(tool, [cache], around)).rejects.toThrow(/refused/);
  await expect(stat(cachedPath())).rejects.toThrow('ENOENT');

  await mkdir(cachedFolder(tool, around), { recursive: true });
  await executableFile(cachedPath(), genuine);
  await expect(findBinary(tool, [cache], around)).resolves.toHaveProperty('path', cachedPath());
});

test('a download of another digest never gets into the cache', async () => {
  await expect(findBinary(tool, [downloadOf(`${genuine}# more`)], around)).rejects.toThrow(/pinned is .*refused/);
  expect(await readdir(around.cache)).toEqual([]);
});

test('several processes that bring it at the same time all end with the same whole executable', async () => {
  const found = await Promise.all(
    Array.from({ length: 6 }, () => findBinary(tool, [cache, downloadOf(genuine)], around)),
  );
  expect(new Set(found.map(({ path }) => path))).toEqual(new Set([cachedPath()]));
  expect(await readdir(around.cache)).toEqual(['tool-1.2.3-test-x64']);
});

test('a half-empty folder in the cache does not keep the executable out', async () => {
  await mkdir(join(cachedFolder(tool, around), 'rest'), { recursive: true });
  await expect(findBinary(tool, [cache, downloadOf(genuine)], around)).resolves.toHaveProperty('source', 'download');
});

test('an explicit setting is used before anything else, and a wrong one is an error', async () => {
  const path = await executableFile(join(folder, 'own tool'), genuine);
  const set = (value: string) => ({ ...around, environment: { FIREBREAK_TOOL: value } });
  await expect(findBinary(tool, allSources, set(path))).resolves.toEqual({
    path,
    source: 'FIREBREAK_TOOL',
    version: '1.2.3',
  });

  const sources = [explicitSetting, downloadOf(genuine)];
  await expect(findBinary(tool, sources, set(join(folder, 'missing')))).rejects.toThrow(BinarySettingError);
  await chmod(path, 0o644);
  await expect(findBinary(tool, sources, set(path))).rejects.toThrow(/FIREBREAK_TOOL is ".*own tool"/);
});

test('one on PATH is used unless it is older than what was tried', async () => {
  const environment = { PATH: folder };
  await executableFile(join(folder, 'tool'), '#!/bin/sh\necho tool version 1.10.0\n');
  await expect(findBinary(tool, [searchPath], { ...around, environment })).resolves.toEqual({
    path: join(folder, 'tool'),
    source: 'PATH',
    version: '1.10.0',
  });
  await executableFile(join(folder, 'tool'), '#!/bin/sh\necho tool version 1.0.9\n');
  await expect(findBinary(tool, [searchPath], { ...around, environment })).rejects.toThrow(
    /at least 1\.1\.0 is needed/,
  );
});

test.each([temporalCli, temporalTestServer])(
  'when every source fails one message names each, why, and what to do ($title)',
  async (executable) => {
    const nowhere = { ...around, platform: 'plan9-mips', environment: { PATH: folder } };
    const error = await findBinary(executable, allSources, nowhere).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BinaryNotFoundError);
    const message = String(error);
    for (const { name } of allSources) expect(message).toContain(`  - ${name}: `);
    expect(message).toContain(`${executable.setting} is not set`);
    expect(message).toContain('not made for plan9-mips');
    expect(message).toContain('there is no wheel for plan9-mips');
    expect(message).toContain(`set ${executable.setting} to its path`);
  },
);

test('a fault of ours in a source is not taken for a missing executable', async () => {
  const broken = { name: 'broken', find: () => Promise.reject(new TypeError('a fault')) };
  await expect(findBinary(tool, [broken, downloadOf(genuine)], around)).rejects.toThrow(TypeError);
  const failing = { name: 'failing', find: () => Promise.reject(new SourceError('none here')) };
  await expect(findBinary(tool, [failing, downloadOf(genuine)], around)).resolves.toHaveProperty('source', 'download');
});
