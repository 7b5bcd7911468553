import { open, readFile } from 'node:fs/promises';
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

/** The bytes of a file, or of standard input for `-`. Throws UserError (wrong use) where it cannot be read, or has more than `most`. */
export async function readBytes(path: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = path === '-' ? process.stdin : (await open(path)).createReadStream();
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > most) throw new UserError(`larger than ${most} bytes: split it`, 2);
      chunks.push(chunk);
    }
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`, 2, { cause: error });
  }
  return Buffer.concat(chunks);
}
