import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StateLockedError, takeLock } from '../../local/lock.ts';
import { UserError } from '../../runtime/errors.ts';
import { ensureFolder, type StatePaths } from '../../runtime/state-folder.ts';

/** How long to wait for another one that changes the roster, milliseconds. */
const patience = 10_000;

/** Does something with the roster while no other command of this machine does. Throws UserError where one does not end. */
export async function withTrustLock<T>(paths: StatePaths, work: () => Promise<T>): Promise<T> {
  await ensureFolder(paths.root);
  await ensureFolder(paths.trust);
  const path = join(paths.trust, 'roster.lock');
  const giveUp = Date.now() + patience;
  for (;;) {
    try {
      const lock = await takeLock(path, paths.trust);
      try {
        return await work();
      } finally {
        await lock.release();
      }
    } catch (error) {
      if (!(error instanceof StateLockedError)) throw error;
      if (Date.now() > giveUp)
        throw new UserError(
          `another command (process ${error.pid}) is changing the roster in ${paths.trust} and does not end`,
          1,
          { cause: error },
        );
      await pause(50);
    }
  }
}
