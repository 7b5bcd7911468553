import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { processFacts } from './process-facts.ts';
import { FirebreakError } from '../runtime/errors.ts';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  /** When that process started, in the system's own words; null where the system cannot say. Tells a pid that was given again. */
  started: z.string().nullable(),
  /** Names this one taking of the lock. */
  token: z.uuid(),
});
type Holder = z.infer<typeof holderSchema>;

/** Another `up` runs on the state folder. */
export class StateLockedError extends FirebreakError {
  readonly pid: number;
  constructor(folder: string, pid: number) {
    super(
      `another 'firebreak up' (process ${pid}) runs on the state folder ${folder}. ` +
        `Stop it with Ctrl-C in its terminal or 'kill ${pid}', or use another --state-dir and --port.`,
    );
    this.pid = pid;
  }
}

/** A lock that is held. */
export interface Lock {
  /** `true`: its last holder died without giving it back. */
  readonly takenOver: boolean;
  readonly release: () => Promise<void>;
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/**
 * Takes the lock file, or takes it over where its holder is dead. Of several callers exactly one gets it; the others get StateLockedError,
 * which names `guarded`, what the lock is for.
 */
export async function takeLock(path: string, guarded: string): Promise<Lock> {
  const self: Holder = { pid: process.pid, started: (await processFacts(process.pid)).started, token: randomUUID() };
  for (;;) {
    if (await createIfAbsent(path, self)) return { takenOver: false, release: () => release(path, self) };
    const holder = await read(path);
    if (!holder) continue; // given back in between
    if (await lives(holder)) throw new StateLockedError(guarded, holder.pid);
    // Two processes may see the same dead holder. The right to replace exactly that holder is a lock of its own, under the holder's token.
    const right = await takeLock(`${path}.${holder.token}`, guarded);
    try {
      // The right may have been taken after another process had used it and given it back: then the holder is not the same any more.
      if ((await read(path))?.token !== holder.token) continue;
      await replace(path, self);
      return { takenOver: true, release: () => release(path, self) };
    } finally {
      await right.release();
    }
  }
}

async function write(path: string, holder: Holder): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return temporary;
}

/** Linking makes the file appear with its content, or not at all. */
async function createIfAbsent(path: string, holder: Holder): Promise<boolean> {
  const temporary = await write(path, holder);
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

async function replace(path: string, holder: Holder): Promise<void> {
  await rename(await write(path, holder), path);
}

async function read(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is not a lock of Firebreak. If no 'firebreak up' runs on this folder, remove it.`, {
      cause: error,
    });
  }
}

async function lives(holder: Holder): Promise<boolean> {
  const { alive, started } = await processFacts(holder.pid);
  return alive && (started === null || holder.started === null || started === holder.started);
}

async function release(path: string, self: Holder): Promise<void> {
  if ((await read(path))?.token === self.token) await unlink(path);
}
