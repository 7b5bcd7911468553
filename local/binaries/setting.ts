import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Source } from './source.ts';
import { SourceError } from './source.ts';
import { versionOf } from './version.ts';
import { FirebreakError } from '../../runtime/errors.ts';

/** An explicit setting names something that cannot be used. */
export class BinarySettingError extends FirebreakError {
  constructor(setting: string, path: string, reason: string, options?: ErrorOptions) {
    super(
      `${setting} is ${JSON.stringify(path)}: ${reason}. Set it to the path of the executable, or unset it.`,
      options,
    );
  }
}

/** The explicit setting. A wrong one is an error, never a reason to look elsewhere. */
export const explicitSetting: Source = {
  name: 'setting',
  async find(executable, { environment }) {
    const { setting } = executable;
    const value = environment[setting];
    if (value === undefined || value === '') throw new SourceError(`${setting} is not set`);
    const path = resolve(value);
    try {
      if (!(await stat(path)).isFile()) throw new Error('not a file');
      await access(path, constants.X_OK);
      return { path, source: setting, version: await versionOf(executable, path) };
    } catch (error) {
      throw new BinarySettingError(setting, value, error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  },
};
