import { isResponder } from '../model/plan.ts';
import type { Roster } from '../model/roster.ts';
import { ForeignEntryError, messageOf } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { closed, text, word, z } from '../model/schema.ts';
import { parsed } from '../model/parse.ts';
import { keyIdOf, type Signed, signJson, type SigningKey, verifyJson } from './signatures.ts';

const entrySchema = closed({ type: word('firebreak.ledger.v1'), key: text(200), content: z.unknown() });

/** The ledger as a role that changes something writes and reads it: each entry carries that role's signature over its key and content. */
export interface SignedLedger {
  /** Creates the entry, or answers the one that is there already. Throws LedgerError, as `read` does. */
  createIfAbsent<T extends object>(
    key: string,
    content: T,
    schema: z.ZodMiniType<T>,
  ): Promise<{ readonly created: boolean; readonly content: T }>;
  /** The entry, or undefined. Throws ForeignEntryError where what is there was not written by such a role under this key, or is of another form. */
  read<T>(key: string, schema: z.ZodMiniType<T>): Promise<T | undefined>;
  /** Beneath: for receipts, halts and resumes, which carry signatures of their own. */
  readonly objects: Ledger;
}

/** Signs what is written, and believes only what such a role on the roster signed. Throws TrustError where there is no roster to tell. */
export function signedLedger(
  objects: Ledger,
  key: SigningKey,
  trust: { read(): Promise<Pick<Roster, 'workers'>> },
): SignedLedger {
  async function contentOf<T>(name: string, signed: Signed, schema: z.ZodMiniType<T>): Promise<T> {
    const { workers } = await trust.read();
    try {
      const kid = keyIdOf(signed, 'firebreak.ledger.v1');
      const writer = workers.find(({ id, role }) => id === kid && isResponder(role));
      if (writer === undefined) throw new Error(`${kid} is no role of the roster that changes something`);
      const entry = parsed(
        entrySchema,
        await verifyJson(signed, 'firebreak.ledger.v1', writer.publicKey),
        'ledger entry',
      );
      if (entry.key !== name) throw new Error('it was written under another key');
      return parsed(schema, entry.content, 'ledger entry');
    } catch (error) {
      throw new ForeignEntryError(
        `ledger entry ${name} is not one that a respond role wrote (${messageOf(error).replaceAll(/\s+/g, ' ').slice(0, 200)}), so nothing is changed by it. ` +
          'Somebody may have planted it: look at the resource in Cloud Run before you remove it',
        { cause: error },
      );
    }
  }

  return {
    objects,
    async createIfAbsent(name, content, schema) {
      const entry = { type: 'firebreak.ledger.v1', key: name, content };
      const object = await objects.createIfAbsent(name, await signJson(entry, 'firebreak.ledger.v1', key));
      return object.created
        ? { created: true, content }
        : { created: false, content: await contentOf(name, object.content, schema) };
    },
    async read(name, schema) {
      const object = await objects.read(name);
      return object === undefined ? undefined : contentOf(name, object, schema);
    },
  };
}
