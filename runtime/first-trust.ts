import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { responderRoles } from '../model/plan.ts';
import type { SigningRole, WorkerKey } from '../model/roster.ts';
import { codeOf, UserError } from './errors.ts';
import { fingerprintOfKey, newSigningKey, publicHalf, type SigningKey } from './signatures.ts';
import { readSigningKey } from './signing-key-file.ts';
import { ensureFolder, replaceFile, type StatePaths } from './state-folder.ts';
import { trustDocument, trustFiles, writeRoster } from './trust.ts';
import { rootFiles } from './trust-root.ts';

/** The roles that sign what others rely on. */
export const signingRoles = ['observe', 'intake', ...responderRoles] as const satisfies readonly SigningRole[];

/** Where a role has the key that it signs with. */
export function roleKeyPath(paths: Pick<StatePaths, 'keys'>, role: SigningRole): string {
  return join(paths.keys, `${role}.json`);
}

/** The key that a role signs with: its own, which no other role reads. Throws UserError where it is not there: who cannot sign does not begin. */
export async function readRoleKey(paths: Pick<StatePaths, 'keys'>, role: SigningRole): Promise<SigningKey> {
  const path = roleKeyPath(paths, role);
  const key = await readSigningKey(path);
  if (key === undefined)
    throw new UserError(`the role ${role} needs its signing key ${path}. It is made by the first: npm start`, 2);
  return key;
}

/**
 * Makes the embedded default's trust where there is none: the root key, a key for each role whose word others rely on, and a roster without
 * approvers that the root signs. Adds what a state folder of an earlier version lacks. Answers the root key. Throws UserError where a key is
 * there but cannot be used: another one would make what was signed worthless. In production the root key is not on the machines that decide or act.
 */
export async function ensureTrust(paths: StatePaths): Promise<SigningKey> {
  for (const folder of [paths.root, paths.keys, paths.trust]) await ensureFolder(folder);
  const root = await ensureKey(join(paths.keys, 'root.json'), 'root');
  const workers = await Promise.all(
    signingRoles.map(async (role): Promise<WorkerKey> => {
      const key = await ensureKey(roleKeyPath(paths, role), role);
      return { id: key.kid, role, publicKey: publicHalf(key) };
    }),
  );
  const files = trustFiles(paths.trust);
  if (!(await exists(files.root))) await replaceFile(files.root, `${JSON.stringify(publicHalf(root))}\n`);
  const fingerprint = rootFiles(paths).fingerprint;
  if (!(await exists(fingerprint))) await replaceFile(fingerprint, `${fingerprintOfKey(root)}\n`);
  if (await exists(files.roster)) await addMissing(paths, workers, root);
  else await writeRoster(paths.trust, { approvers: [], workers }, root);
  return root;
}

/** Puts keys on a roster that was signed before there were so many. A roster of another root is left as it is. */
async function addMissing(paths: StatePaths, workers: readonly WorkerKey[], root: SigningKey): Promise<void> {
  const trusted = JSON.parse(await readFile(trustFiles(paths.trust).root, 'utf8')) as { readonly x?: unknown };
  if (trusted.x !== root.x) return;
  const roster = await trustDocument({ paths }).read();
  const missing = workers.filter(({ id }) => !roster.workers.some((known) => known.id === id));
  if (missing.length === 0) return;
  await writeRoster(paths.trust, { ...roster, workers: [...roster.workers, ...missing] }, root);
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
