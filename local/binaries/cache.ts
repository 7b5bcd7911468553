import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Executable } from './executables.ts';
import type { FoundBinary, Source, Surroundings } from './source.ts';
import { RefusedError, SourceError } from './source.ts';

/** Firebreak's cache folder: `firebreak` in XDG_CACHE_HOME, or in the platform's own place for caches. */
export function cacheFolder(environment: NodeJS.ProcessEnv, platform: string): string {
  const xdg = environment['XDG_CACHE_HOME'];
  // The XDG base directory specification says to ignore a relative one.
  if (xdg && isAbsolute(xdg)) return join(xdg, 'firebreak');
  if (platform.startsWith('win32')) {
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'firebreak');
  }
  return platform.startsWith('darwin')
    ? join(homedir(), 'Library', 'Caches', 'firebreak')
    : join(homedir(), '.cache', 'firebreak');
}

/** The folder of one executable in the cache. */
export function cachedFolder(executable: Executable, { cache, platform }: Surroundings): string {
  return join(cache, `${executable.command}-${executable.version}-${platform}`);
}

/** The file name of the executable on that platform. */
export function fileName(executable: Executable, platform: string): string {
  return platform.startsWith('win32') ? `${executable.command}.exe` : executable.command;
}

/** sha256 of a file, hex. About half a second for the Temporal CLI. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

const sealSchema = z.object({
  digest: z.string(),
  size: z.number(),
  modified: z.number(),
  changed: z.number(),
  origin: z.string(),
});
/** What was true of a cached executable when its digest was last computed; times in milliseconds since the epoch. */
type Seal = z.infer<typeof sealSchema>;

const sealFile = (folder: string): string => join(folder, 'seal.json');

/** Computes the digest of the executable in that folder and notes it. `origin` is where the executable came from. */
export async function seal(folder: string, path: string, origin: string): Promise<string> {
  // The facts are taken first: a change while the digest is computed shows at the next start.
  const { size, mtimeMs, ctimeMs } = await stat(path);
  const digest = await digestOfFile(path);
  const text: Seal = { digest, size, modified: mtimeMs, changed: ctimeMs, origin };
  await writeFile(sealFile(folder), `${JSON.stringify(text)}\n`);
  return digest;
}

async function readSeal(folder: string): Promise<Seal | undefined> {
  let text: string;
  try {
    text = await readFile(sealFile(folder), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return sealSchema.parse(JSON.parse(text));
}

/**
 * The cache. At each start size and times are compared with those noted when the digest was computed; the digest itself is computed again
 * where one differs. An executable of another digest is removed from the cache and never run.
 */
export const cache: Source = {
  name: 'cache',
  async find(executable, surroundings): Promise<FoundBinary> {
    const folder = cachedFolder(executable, surroundings);
    const path = join(folder, fileName(executable, surroundings.platform));
    const facts = await stat(path).catch((error: unknown) => {
      throw new SourceError(`nothing in ${folder}`, { cause: error });
    });
    const sealed = await readSeal(folder).catch((error: unknown) => {
      surroundings.log(`${folder}: its record is unreadable (${String(error)}); computing the digest again`);
      return undefined;
    });
    const wanted = executable.pins[surroundings.platform]?.digest ?? sealed?.digest;
    const untouched =
      sealed?.size === facts.size && sealed.modified === facts.mtimeMs && sealed.changed === facts.ctimeMs;
    const digest = untouched ? sealed.digest : await seal(folder, path, sealed?.origin ?? 'unknown');
    if (wanted === undefined || digest !== wanted) {
      await rm(folder, { recursive: true, force: true });
      throw new RefusedError(`${path} had sha256 ${digest}, expected ${wanted ?? 'one on record'}; removed it`);
    }
    return { path, source: `cache, from ${sealed?.origin ?? 'unknown'}`, version: executable.version };
  },
};
