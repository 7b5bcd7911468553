import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '../../runtime/errors.ts';
import type { SigningKey } from '../../runtime/signatures.ts';
import { readSigningKey } from '../../runtime/signing-key-file.ts';
import type { StatePaths } from '../../runtime/state-folder.ts';

/** An analyst who can sign on this machine. */
export interface Analyst {
  readonly name: string;
  readonly key: SigningKey;
}

/** Where an analyst's private key is. */
export function analystKeyPath(paths: StatePaths, name: string): string {
  return join(paths.keys, `analyst-${name}.json`);
}

/** The names of the analysts whose keys are in the state folder, sorted. */
export async function analystsWithKeys({ keys }: StatePaths): Promise<string[]> {
  try {
    const names = (await readdir(keys)).map((file) => /^analyst-(.+)\.json$/.exec(file)?.[1] ?? '');
    return names.filter((name) => name !== '').sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The analyst who signs: the one named, else the only one there is. Throws UserError where that is nobody, or not clear. */
export async function chooseAnalyst(
  paths: StatePaths,
  named: string | undefined,
  typed: (words: string) => string,
): Promise<Analyst> {
  const names = await analystsWithKeys(paths);
  const [first] = names;
  if (first === undefined) {
    throw new UserError(
      `there is no analyst’s key in ${paths.keys} to sign with. Add one with: ${typed('analyst add NAME --role approver')}`,
    );
  }
  if (named !== undefined && !names.includes(named)) {
    throw new UserError(
      `there is no key of an analyst ${JSON.stringify(named.slice(0, 80))}. There are: ${names.join(', ')}`,
    );
  }
  if (named === undefined && names.length > 1) {
    throw new UserError(`several analysts have keys here (${names.join(', ')}): say who you are with --as NAME`, 2);
  }
  const name = named ?? first;
  return { name, key: await readKey(analystKeyPath(paths, name)) };
}

async function readKey(path: string): Promise<SigningKey> {
  const key = await readSigningKey(path);
  if (key === undefined) throw new UserError(`the key ${path} is not there any more`);
  return key;
}
