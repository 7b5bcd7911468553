// `node deploy/prepare-trust.ts FOLDER` makes the first trust in the state folder, where there is none, and hands the respond role's receipt
// key out into FOLDER: the respond container mounts that folder, and never sees the root's key beside it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../runtime/errors.ts';
import { ensureTrust } from '../runtime/first-trust.ts';
import { ensureFolder, replaceFile, statePaths } from '../runtime/state-folder.ts';

async function main(folder: string | undefined): Promise<void> {
  const stateDir = process.env['FIREBREAK_STATE_DIR'];
  if (folder === undefined || stateDir === undefined)
    throw new Error('usage: FIREBREAK_STATE_DIR=DIR node deploy/prepare-trust.ts FOLDER');
  const paths = statePaths(stateDir);
  const root = await ensureTrust(paths);
  await ensureFolder(folder);
  await replaceFile(join(folder, 'respond.json'), await readFile(join(paths.keys, 'respond.json'), 'utf8'));
  console.log(`the roster in ${paths.trust} is signed by the root key ${root.kid}`);
}

try {
  await main(process.argv[2]);
} catch (error) {
  console.error(`prepare-trust: ${messageOf(error)}`);
  process.exitCode = 1;
}
