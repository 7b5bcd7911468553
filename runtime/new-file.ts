import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf } from './errors.ts';

/**
 * Writes a file that is not there yet, mode 0600, with its content durable before it answers; its name is so after `syncFolder`. Makes its
 * folder (0700). Throws EEXIST where it is there.
 */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  const file = await openNew(path);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The folder is there but for the first file in it. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await ensureFolder(dirname(path));
    return await open(path, 'wx', 0o600);
  }
}

/** Makes the folder (mode 0700) and those above it where they are missing, durably before it answers. */
export async function ensureFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = resolve(folder); made.length >= resolve(first).length; made = dirname(made))
    await syncFolder(dirname(made));
}

/** Makes the names in a folder durable: a file that was made, linked or renamed is so only once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
