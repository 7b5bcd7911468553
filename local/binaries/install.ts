import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, cachedFolder, fileName, seal } from './cache.ts';
import type { Executable } from './executables.ts';
import type { FoundBinary, Source, Surroundings } from './source.ts';
import { RefusedError, SourceError } from './source.ts';
import { versionOf } from './version.ts';

/** Brings the executable's file into an empty folder and answers its path there. Any error is the reason why it could not. */
export type Bring = (executable: Executable, folder: string, surroundings: Surroundings) => Promise<string>;

/** A source that brings the executable into the cache. */
export function bringing(name: string, bring: Bring): Source {
  return {
    name,
    async find(executable, surroundings) {
      try {
        return await install(executable, surroundings, name, bring);
      } catch (error) {
        if (error instanceof SourceError) throw error;
        throw new SourceError(error instanceof Error ? reasonOf(error) : String(error), { cause: error });
      }
    },
  };
}

function reasonOf(error: Error): string {
  // `fetch failed` alone helps nobody; our own errors are complete.
  return error instanceof TypeError && error.cause instanceof Error
    ? `${error.message} (${error.cause.message})`
    : error.message;
}

const workplacePrefix = 'bringing-';

async function install(
  executable: Executable,
  surroundings: Surroundings,
  name: string,
  bring: Bring,
): Promise<FoundBinary> {
  const { cache: root, platform, log } = surroundings;
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  // Inside the cache folder, so that the rename at the end stays on one file system.
  const workplace = await mkdtemp(join(root, workplacePrefix));
  try {
    const brought = await bring(executable, workplace, surroundings);
    const folder = join(workplace, 'ready');
    await mkdir(folder);
    const path = join(folder, fileName(executable, platform));
    await rename(brought, path);
    await chmod(path, 0o755);
    const digest = await seal(folder, path, name);
    const pin = executable.pins[platform];
    if (pin && digest !== pin.digest) throw new RefusedError(`its sha256 is ${digest}, pinned is ${pin.digest}`);
    if (!pin) log(`${executable.title}: no digest is pinned for ${platform}; it is checked by running it only`);
    const version = await versionOf(executable, path);
    if (version !== 'unknown' && version !== executable.version) throw new RefusedError(`it is version ${version}`);
    return await place(executable, surroundings, name, folder);
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

/** Moves the finished folder to its place in one step. Where another process was faster, its executable is taken after the same checks. */
async function place(
  executable: Executable,
  surroundings: Surroundings,
  name: string,
  folder: string,
): Promise<FoundBinary> {
  const target = cachedFolder(executable, surroundings);
  try {
    await rename(folder, target);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
      throw error;
    try {
      return await cache.find(executable, surroundings);
    } catch (refusal) {
      if (!(refusal instanceof SourceError)) throw refusal;
      await rm(target, { recursive: true, force: true });
      await rename(folder, target);
    }
  }
  return { path: join(target, fileName(executable, surroundings.platform)), source: name, version: executable.version };
}

/** Removes what processes left that were killed while they brought something, a day ago or longer. */
async function removeAbandoned(root: string): Promise<void> {
  const dayAgo = Date.now() - 24 * 3600 * 1000;
  for (const entry of await readdir(root)) {
    if (!entry.startsWith(workplacePrefix)) continue;
    const facts = await stat(join(root, entry)).catch(() => undefined); // gone already: its own process removed it
    if (facts && facts.mtimeMs < dayAgo) await rm(join(root, entry), { recursive: true, force: true });
  }
}
