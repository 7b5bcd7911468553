import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { RunError } from './run.ts';
import type { FoundBinary, Source } from './source.ts';
import { SourceError } from './source.ts';
import { isOlder, versionOf } from './version.ts';

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // A folder of PATH that is missing or unreadable has no executable for us, and is no fault of this search.
    return false;
  }
}

/** PATH. An executable that is too old or does not run is passed over, with the reason. */
export const searchPath: Source = {
  name: 'PATH',
  async find(executable, { environment, platform }): Promise<FoundBinary> {
    const file = platform.startsWith('win32') ? `${executable.command}.exe` : executable.command;
    for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, file);
      if (folder === '' || !(await isExecutable(path))) continue;
      try {
        const version = await versionOf(executable, path);
        if (executable.oldest && version !== 'unknown' && isOlder(version, executable.oldest)) {
          throw new SourceError(`${path} is version ${version}; at least ${executable.oldest} is needed`);
        }
        return { path, source: 'PATH', version };
      } catch (error) {
        if (error instanceof RunError)
          throw new SourceError(`${path} does not run: ${error.message}`, { cause: error });
        throw error;
      }
    }
    throw new SourceError(`no '${file}' there`);
  },
};
