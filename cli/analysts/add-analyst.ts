import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { ApproverRole, Approver } from '../../model/roster.ts';
import { UserError } from '../../runtime/errors.ts';
import { ensureTrust } from '../../runtime/first-trust.ts';
import { newSigningKey, publicHalf } from '../../runtime/signatures.ts';
import { replaceFile, type StatePaths } from '../../runtime/state-folder.ts';
import { trustDocument, writeRoster } from '../../runtime/trust.ts';
import { analystKeyPath } from '../decide/analyst-key.ts';
import { say } from '../terminal/output.ts';
import { withTrustLock } from './trust-lock.ts';

const day = 86_400_000;

/** Who to add. */
export interface NewAnalyst {
  readonly name: string;
  readonly roles: readonly ApproverRole[];
  /** Who it is, where that is not told by the name. */
  readonly person?: string;
  /** How long the key is good. */
  readonly days: number;
  readonly typed: (words: string) => string;
}

/** Makes a key for a person, and puts the person on the roster. Throws UserError where there is one of that name. */
export async function addAnalyst(paths: StatePaths, { name, roles, person, days, typed }: NewAnalyst): Promise<void> {
  const path = analystKeyPath(paths, name);
  const notAfter = new Date(Date.now() + days * day).toISOString();
  await withTrustLock(paths, async () => {
    const root = await ensureTrust(paths);
    const roster = await trustDocument({ paths }).read();
    if (roster.approvers.some(({ id }) => id === name)) {
      throw new UserError(
        `there is an analyst ${name} already. See who there is with: ${typed('analyst list')}. ` +
          `For a new key type: ${typed(`analyst renew ${name}`)}`,
      );
    }
    const key = await newSigningKey(name);
    const approver: Approver = {
      id: name,
      ...(person !== undefined && { person }),
      roles,
      credentials: [{ id: key.kid, kind: 'ed25519', publicKey: publicHalf(key), notAfter }],
    };
    // The key first: a roster that names a key nobody has would be worse than a key on no roster.
    await replaceFile(path, `${JSON.stringify(key)}\n`);
    try {
      await writeRoster(paths.trust, { ...roster, approvers: [...roster.approvers, approver] }, root);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  });
  say(`${name} may decide as ${roles.join(' and ')}, until ${notAfter.slice(0, 10)}.`);
  say(`The private key is ${path}: whoever can read it can sign as ${name}.`);
  say(`The roster is ${join(paths.trust, 'roster.json')}, signed by the root key.`);
}
