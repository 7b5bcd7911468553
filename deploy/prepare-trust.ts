// `node deploy/prepare-trust.ts ROLE=FOLDER…` makes the first trust in the state folder, where there is none, and hands out into each role's FOLDER
// the fingerprint of the root key and, to a role that signs, its key: that role's container mounts the folder, and never sees the root's key or
// another role's beside it.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SigningRole } from '../model/roster.ts';
import { messageOf } from '../runtime/errors.ts';
import { ensureTrust, roleKeyPath, signingRoles } from '../runtime/first-trust.ts';
import { fingerprintOfKey } from '../runtime/signatures.ts';
import { ensureFolder, replaceFile, statePaths } from '../runtime/state-folder.ts';
import { rootFiles } from '../runtime/trust-root.ts';

const roles = ['cases', ...signingRoles] as const;
const usage = `usage: FIREBREAK_STATE_DIR=DIR node deploy/prepare-trust.ts ROLE=FOLDER… (roles: ${roles.join(', ')})`;

function roleAndFolder(text: string): { readonly role: 'cases' | SigningRole; readonly folder: string } {
  const cut = text.indexOf('=');
  const role = roles.find((known) => known === text.slice(0, cut));
  const folder = text.slice(cut + 1);
  if (role === undefined || folder === '') throw new Error(usage);
  return { role, folder };
}

async function main(given: readonly string[]): Promise<void> {
  const stateDir = process.env['FIREBREAK_STATE_DIR'];
  const handOut = given.map(roleAndFolder);
  if (handOut.length === 0 || stateDir === undefined) throw new Error(usage);
  const paths = statePaths(stateDir);
  const root = await ensureTrust(paths);
  for (const { role, folder } of handOut) {
    await ensureFolder(folder);
    await replaceFile(join(folder, basename(rootFiles(paths).fingerprint)), `${fingerprintOfKey(root)}\n`);
    if (role === 'cases') continue;
    const key = roleKeyPath(paths, role);
    await replaceFile(join(folder, basename(key)), await readFile(key, 'utf8'));
  }
  console.log(`the roster in ${paths.trust} is signed by the root key ${root.kid}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`prepare-trust: ${messageOf(error)}`);
  process.exitCode = 1;
}
