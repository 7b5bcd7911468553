import { execFile } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder that has no room: how it is done, and how to give it room. */
export interface FullFolder {
  /** A file system of its own without a free block; or, where mounting is not allowed, a file in the folder's place. */
  readonly how: 'full disk' | 'file in its place';
  makeRoom(): Promise<void>;
  /** Call in any case at the end. */
  release(): Promise<void>;
}

/**
 * Makes a folder full, with what is in it still readable where it is a disk. Tests that use it say which way it was: only root can mount,
 * and a container may not allow it.
 */
export async function fillFolder(folder: string): Promise<FullFolder> {
  const aside = `${folder}-aside`;
  await mkdir(folder, { recursive: true });
  await rename(folder, aside);
  await mkdir(folder, { mode: 0o700 });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', folder]);
  } catch {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'not a folder');
    const makeRoom = once(async () => {
      await rm(folder);
      await rename(aside, folder);
    });
    return { how: 'file in its place', makeRoom, release: makeRoom };
  }
  await run('cp', ['-a', `${aside}/.`, folder]);
  const ballast = join(folder, '.ballast');
  await fill(ballast);
  return {
    how: 'full disk',
    makeRoom: once(() => rm(ballast)),
    release: once(async () => {
      // Lazily: what the system under test has open goes with it.
      await run('umount', ['-l', folder]);
    }),
  };
}

/** Writes until nothing fits any more. */
async function fill(path: string): Promise<void> {
  for (const block of ['64k', '4k']) {
    const part = `dd if=/dev/zero bs=${block} status=none >> "$0"`;
    // It ends when the disk is full, which dd calls an error.
    await run('sh', ['-c', part, path]).catch(() => {});
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
