import { UserError } from '../../runtime/errors.ts';
import { ensureTrust } from '../../runtime/first-trust.ts';
import { newSigningKey, publicHalf } from '../../runtime/signatures.ts';
import { replaceFile, type StatePaths } from '../../runtime/state-folder.ts';
import { trustDocument, writeRoster } from '../../runtime/trust.ts';
import { analystKeyPath } from '../decide/analyst-key.ts';
import { say } from '../terminal/output.ts';
import type { NewAnalyst } from './add-analyst.ts';
import { withTrustLock } from './trust-lock.ts';

const day = 86_400_000;

/** Gives somebody on the roster a new key in place of those before. Throws UserError where nobody of that name is on it. */
export async function renewAnalyst(
  paths: StatePaths,
  { name, days, typed }: Pick<NewAnalyst, 'name' | 'days' | 'typed'>,
): Promise<void> {
  const notAfter = new Date(Date.now() + days * day).toISOString();
  await withTrustLock(paths, async () => {
    const root = await ensureTrust(paths);
    const roster = await trustDocument({ paths }).read();
    if (!roster.approvers.some(({ id }) => id === name))
      throw new UserError(`there is no analyst ${name}. See who there is with: ${typed('analyst list')}`);
    const key = await newSigningKey(name);
    const credentials = [{ id: key.kid, kind: 'ed25519' as const, publicKey: publicHalf(key), notAfter }];
    const approvers = roster.approvers.map((one) => (one.id === name ? { ...one, credentials } : one));
    await writeRoster(paths.trust, { ...roster, approvers }, root);
    await replaceFile(analystKeyPath(paths, name), `${JSON.stringify(key)}\n`);
  });
  say(`${name} has a new key, good until ${notAfter.slice(0, 10)}; the one before signs nothing any more.`);
}
