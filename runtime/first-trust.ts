import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './errors.ts';
import { newSigningKey, publicHalf, type SigningKey } from './signatures.ts';
import { readSigningKey } from './signing-key-file.ts';
import { ensureFolder, replaceFile, type StatePaths } from './state-folder.ts';
import { trustFiles, writeRoster } from './trust.ts';

/**
 * Makes the embedded default's trust where there is none: the root key, the respond role's receipt key, and a roster without approvers that
 * the root signs. Answers the root key. Throws UserError where a key is there but cannot be used: another one would make what was signed worthless. In production the root key is not on the machines that decide or act.
 */
export async function ensureTrust(paths: StatePaths): Promise<SigningKey> {
  for (const folder of [paths.root, paths.keys, paths.trust]) await ensureFolder(folder);
  const root = await ensureKey(join(paths.keys, 'root.json'), 'root');
  const respond = await ensureKey(join(paths.keys, 'respond.json'), 'respond');
  const files = trustFiles(paths.trust);
  if (!(await exists(files.root))) await replaceFile(files.root, `${JSON.stringify(publicHalf(root))}\n`);
  if (await exists(files.roster)) return root;
  const responders = [{ id: respond.kid, publicKey: publicHalf(respond) }];
  const issuedAt = new Date().toISOString();
  await writeRoster(paths.trust, { type: 'firebreak.roster.v1', issuedAt, approvers: [], responders }, root);
  return root;
}

async function ensureKey(path: string, prefix: string): Promise<SigningKey> {
  const kept = await readSigningKey(path);
  if (kept !== undefined) return kept;
  const key = await newSigningKey(prefix);
  await replaceFile(path, `${JSON.stringify(key)}\n`);
  return key;
}

async function exists(path: string): Promise<boolean> {
  try {
    await readFile(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
