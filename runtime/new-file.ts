import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { codeOf } from './errors.ts';

/**
 * Writes a file that is not there yet, mode 0600, with its content durable before it answers; its name is so after `syncFolder`. Makes its
 * folder (0700). Throws EEXIST where it is there. Only what waits for the disk is waited for elsewhere: each promise of a file is a hop to another
 * thread and back, which costs several times what it does (bench/RESULTS.md).
 */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  const file = await openNew(path);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (let written = 0; written < bytes.length;) written += fs.writeSync(file, bytes, written);
    await promisify(fs.fdatasync)(file);
  } finally {
    fs.closeSync(file);
  }
}

/** The folder is there but for the first file in it. */
async function openNew(path: string): Promise<number> {
  try {
    return fs.openSync(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await ensureFolder(dirname(path));
    return fs.openSync(path, 'wx', 0o600);
  }
}

/** Makes the folder (mode 0700) and those above it where they are missing, durably before it answers. */
export async function ensureFolder(folder: string): Promise<void> {
  const first = fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = resolve(folder); made.length >= resolve(first).length; made = dirname(made))
    await syncFolder(dirname(made));
}

/** Makes the names in a folder durable: a file that was made, linked or renamed is so only once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const file = fs.openSync(folder, 'r');
  try {
    await promisify(fs.fsync)(file);
  } finally {
    fs.closeSync(file);
  }
}
