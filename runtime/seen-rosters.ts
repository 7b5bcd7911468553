import type { Ledger } from './ledger.ts';
import { TrustError } from './errors.ts';
import { keyIdOf, type Signed, signJson, type SigningKey, publicHalf, verifyJson } from './signatures.ts';
import { olderRoster, type SeenRosters } from './trust.ts';

const prefix = 'roster.';

/**
 * Rosters that were seen, in the ledger: an older one that is put back is noticed also after a restart. An entry that this role did not sign
 * says nothing. Whoever can delete in the ledger can make it forget; nobody can make it lie.
 */
export function seenRosters(ledger: Ledger, key: SigningKey): SeenRosters {
  let newest: { readonly version: number; readonly digest: string } | undefined;

  async function noted(): Promise<NonNullable<typeof newest>> {
    let highest = { version: 0, digest: '' };
    for (const name of await ledger.list(prefix)) {
      const version = Number(name.slice(prefix.length).split('.')[0]);
      if (!Number.isSafeInteger(version) || version <= highest.version) continue;
      const digest = await digestIn(name);
      if (digest !== undefined) highest = { version, digest };
    }
    return highest;
  }

  async function digestIn(name: string): Promise<string | undefined> {
    try {
      const signed = (await ledger.read(name)) as Signed;
      if (keyIdOf(signed, 'firebreak.ledger.v1') !== key.kid) return undefined;
      const entry = (await verifyJson(signed, 'firebreak.ledger.v1', publicHalf(key))) as {
        readonly key?: unknown;
        readonly content?: { readonly digest?: unknown };
      };
      const digest = entry.content?.digest;
      return entry.key === name && typeof digest === 'string' ? digest : undefined;
    } catch {
      // Not one that this role wrote: it says nothing.
      return undefined;
    }
  }

  return {
    async check({ version, digest }) {
      newest ??= await noted();
      if (version < newest.version) throw olderRoster(version, newest.version);
      if (version === newest.version) {
        if (digest === newest.digest) return;
        throw new TrustError(
          `the roster says it is version ${version}, and another one of that version was seen before`,
        );
      }
      const name = `${prefix}${version}.${key.kid}`;
      const content = { digest, seenAt: new Date().toISOString() };
      const entry = { type: 'firebreak.ledger.v1', key: name, content };
      await ledger.createIfAbsent(name, await signJson(entry, 'firebreak.ledger.v1', key));
      newest = { version, digest };
    },
  };
}
