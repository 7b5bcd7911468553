import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parsed } from '../model/parse.ts';
import { signedSchema } from '../model/signed.ts';
import { codeOf, LedgerError, messageOf } from './errors.ts';
import { syncFolder, writeNewFile } from './new-file.ts';
import type { Signed } from './signatures.ts';

/**
 * The respond role's own memory outside Temporal: objects that are created once, and never replaced. Each is a signed text: a receipt, a halt or a resume
 * by who made it, all else by the role that wrote it (signed-ledger.ts). Whose signature it is, and whether it holds, is for the reader to look at.
 */
export interface Ledger {
  /** Creates the object, or answers the one that is there already. Durable before it answers. Throws LedgerError. */
  createIfAbsent(key: string, content: Signed): Promise<{ readonly created: boolean; readonly content: Signed }>;
  /** The object, or undefined. Throws LedgerError where that cannot be told, also where what is there is not what was written. */
  read(key: string): Promise<Signed | undefined>;
  /** The keys that begin so, in no order. Throws LedgerError. */
  list(prefix: string): Promise<string[]>;
}

const entrySchema = signedSchema(1_048_576);

/** The ledger in a folder (embedded default; in production a bucket that only respond can write). */
export function folderLedger(folder: string): Ledger {
  const pathOf = (key: string): string => {
    if (!/^[A-Za-z0-9._-]{1,200}$/.test(key))
      throw new TypeError('a ledger key has only letters, digits, dots, dashes and underscores');
    return join(folder, `${key}.json`);
  };

  async function read(key: string): Promise<Signed | undefined> {
    const path = pathOf(key);
    let text: string;
    try {
      // On this thread: an entry is small and read a dozen times a case, and each promise of a file is four hops to another thread.
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new LedgerError(`ledger entry ${path} cannot be read: ${messageOf(error)}`, { cause: error });
    }
    try {
      return parsed(entrySchema, JSON.parse(text), 'ledger entry');
    } catch (error) {
      throw new LedgerError(
        `ledger entry ${path} is damaged, so nothing is changed for it. Restore it from a copy; where there is none, ` +
          'look at the service in Cloud Run before you remove it: it says that the change was begun.',
        { cause: error },
      );
    }
  }

  async function createIfAbsent(key: string, content: Signed): Promise<{ created: boolean; content: Signed }> {
    const path = pathOf(key);
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      try {
        await writeNewFile(temporary, `${JSON.stringify(content)}\n`);
        // A hard link appears whole or not at all, and fails where the name is taken: create-if-absent that survives a crash.
        linkSync(temporary, path);
        await syncFolder(folder);
        return { created: true, content };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        const there = await read(key);
        // Taken away between the two looks: the next attempt creates it.
        if (there === undefined) throw error;
        return { created: false, content: there };
      } finally {
        // Also of what could not be written: a full disk must not be filled further.
        rmSync(temporary, { force: true });
      }
    } catch (error) {
      if (error instanceof LedgerError) throw error;
      throw new LedgerError(`ledger ${folder} cannot take the entry ${key}: ${messageOf(error)}`, { cause: error });
    }
  }

  async function list(prefix: string): Promise<string[]> {
    try {
      const names = await readdir(folder);
      return names.flatMap((name) =>
        name.startsWith(prefix) && name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
      );
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw new LedgerError(`ledger ${folder} cannot be listed: ${messageOf(error)}`, { cause: error });
    }
  }

  return { createIfAbsent, read, list };
}
