import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { messageOf, UserError } from '../../runtime/errors.ts';

/** The text of a file, or of standard input for `-`. Throws UserError (wrong use) where it cannot be read. */
export async function readFileOrStdin(path: string): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`, 2, { cause: error });
  }
}

/** The JSON of a file. Throws UserError where it is none. */
export async function readJsonFile(path: string): Promise<unknown> {
  const content = await readFileOrStdin(path);
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${messageOf(error)}`, 1, { cause: error });
  }
}
