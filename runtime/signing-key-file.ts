import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { codeOf, messageOf, UserError } from './errors.ts';
import type { SigningKey } from './signatures.ts';

const base64url = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const keySchema = z.strictObject({
  kid: z.string().min(1),
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  /** 32 bytes each. */
  x: base64url,
  d: base64url,
});

/** A private key as kept in a file; undefined where there is no file. Throws UserError naming the file, never with what is in it. */
export async function readSigningKey(path: string): Promise<SigningKey | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UserError(`the key ${path} cannot be used: ${messageOf(error)}`, 1, { cause: error });
  }
  try {
    return keySchema.parse(JSON.parse(text));
  } catch {
    // What a parser says may quote the key; so it is not kept as the cause either.
    throw new UserError(`the key ${path} cannot be used: it is not a key of Firebreak. Restore it from a copy.`);
  }
}
