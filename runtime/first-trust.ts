import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { responderRoles, type ResponderRole } from '../model/plan.ts';
import type { Roster } from '../model/roster.ts';
import { codeOf } from './errors.ts';
import { newSigningKey, publicHalf, type SigningKey } from './signatures.ts';
import { readSigningKey } from './signing-key-file.ts';
import { ensureFolder, replaceFile, type StatePaths } from './state-folder.ts';
import { trustDocument, trustFiles, writeRoster } from './trust.ts';

/** Where a role that changes something has the key that it signs receipts with. */
export function receiptKeyPath(paths: Pick<StatePaths, 'keys'>, role: ResponderRole): string {
  return join(paths.keys, `${role}.json`);
}

/**
 * Makes the embedded default's trust where there is none: the root key, a receipt key for each role that changes something, and a roster
 * without approvers that the root signs. Adds what a state folder of an earlier version lacks. Answers the root key. Throws UserError where a
 * key is there but cannot be used: another one would make what was signed worthless. In production the root key is not on the machines that
 * decide or act.
 */
export async function ensureTrust(paths: StatePaths): Promise<SigningKey> {
  for (const folder of [paths.root, paths.keys, paths.trust]) await ensureFolder(folder);
  const root = await ensureKey(join(paths.keys, 'root.json'), 'root');
  const keys = await Promise.all(responderRoles.map((role) => ensureKey(receiptKeyPath(paths, role), role)));
  const files = trustFiles(paths.trust);
  if (!(await exists(files.root))) await replaceFile(files.root, `${JSON.stringify(publicHalf(root))}\n`);
  const responders = keys.map((key) => ({ id: key.kid, publicKey: publicHalf(key) }));
  if (await exists(files.roster)) await addMissing(paths, responders, root);
  else {
    const issuedAt = new Date().toISOString();
    await writeRoster(paths.trust, { type: 'firebreak.roster.v1', issuedAt, approvers: [], responders }, root);
  }
  return root;
}

/** Puts receipt keys on a roster that was signed before there were so many. A roster of another root is left as it is. */
async function addMissing(paths: StatePaths, responders: Roster['responders'], root: SigningKey): Promise<void> {
  const trusted = JSON.parse(await readFile(trustFiles(paths.trust).root, 'utf8')) as { readonly x?: unknown };
  if (trusted.x !== root.x) return;
  const roster = await trustDocument(paths.trust).read();
  const missing = responders.filter(({ id }) => !roster.responders.some((known) => known.id === id));
  if (missing.length === 0) return;
  await writeRoster(
    paths.trust,
    { ...roster, issuedAt: new Date().toISOString(), responders: [...roster.responders, ...missing] },
    root,
  );
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
