import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, TrustError } from './errors.ts';
import { fingerprintOfKey } from './signatures.ts';
import { readSigningKey } from './signing-key-file.ts';
import type { StatePaths } from './state-folder.ts';

/** Where the root key is in the embedded default, and where a role that must not see it has its fingerprint instead. */
export function rootFiles({ keys }: Pick<StatePaths, 'keys'>) {
  return { key: join(keys, 'root.json'), fingerprint: join(keys, 'root.fingerprint') };
}

/**
 * The fingerprint of the root key that this process trusts where FIREBREAK_TRUST_ROOT does not say it: of the key folder, never of the folder
 * that the roster lies in, whoever can write there. Throws TrustError where neither the key nor its fingerprint is there.
 */
export async function trustedRoot(paths: Pick<StatePaths, 'keys'>): Promise<string> {
  const files = rootFiles(paths);
  const key = await readSigningKey(files.key);
  if (key !== undefined) return fingerprintOfKey(key);
  try {
    const text = (await readFile(files.fingerprint, 'utf8')).trim();
    if (/^[0-9a-f]{64}$/.test(text)) return text;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  throw new TrustError(
    'which root key the trust document has to be signed by is not known here: set FIREBREAK_TRUST_ROOT to the fingerprint of its public key ' +
      '(firebreak doctor prints it where the root key is)',
  );
}
