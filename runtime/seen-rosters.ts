import { MalformedError, parsed } from '../model/parse.ts';
import { closed, digest, instant, text, word } from '../model/schema.ts';
import type { Ledger } from './ledger.ts';
import { LedgerError, SignatureError, TrustError } from './errors.ts';
import { keyIdOf, signJson, type SigningKey, publicHalf, verifyJson } from './signatures.ts';
import { olderRoster, type SeenRosters } from './trust.ts';

const prefix = 'roster.';

const seenSchema = closed({
  type: word('firebreak.ledger.v1'),
  key: text(200),
  content: closed({ digest, seenAt: instant }),
});

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
      const seen = await digestIn(name);
      if (seen !== undefined) highest = { version, digest: seen };
    }
    return highest;
  }

  async function digestIn(name: string): Promise<string | undefined> {
    try {
      const signed = await ledger.read(name);
      if (signed === undefined || keyIdOf(signed, 'firebreak.ledger.v1') !== key.kid) return undefined;
      const entry = parsed(
        seenSchema,
        await verifyJson(signed, 'firebreak.ledger.v1', publicHalf(key)),
        'roster that was seen',
      );
      return entry.key === name ? entry.content.digest : undefined;
    } catch (error) {
      // Not one that this role wrote, or no longer: it says nothing. (A ledger that cannot be read at all takes no entry of the action either.)
      if (error instanceof SignatureError || error instanceof MalformedError || error instanceof LedgerError)
        return undefined;
      throw error;
    }
  }

  return {
    async check({ version, digest: found }) {
      newest ??= await noted();
      if (version < newest.version) throw olderRoster(version, newest.version);
      if (version === newest.version) {
        if (found === newest.digest) return;
        throw new TrustError(
          `the roster says it is version ${version}, and another one of that version was seen before`,
        );
      }
      const name = `${prefix}${version}.${key.kid}`;
      const content = { digest: found, seenAt: new Date().toISOString() };
      const entry = { type: 'firebreak.ledger.v1', key: name, content };
      await ledger.createIfAbsent(name, await signJson(entry, 'firebreak.ledger.v1', key));
      newest = { version, digest: found };
    },
  };
}
