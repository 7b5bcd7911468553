import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../model/digest.ts';
import { approverRoles, type Approver, type Credential, type Roster } from '../model/roster.ts';
import { codeOf, messageOf } from './errors.ts';
import { type PublicKey, type Signed, signJson, type SigningKey, verifyJson } from './signatures.ts';
import { replaceFile } from './state-folder.ts';

const publicKey = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() });
const rosterSchema = z.strictObject({
  type: z.literal('firebreak.roster.v1'),
  issuedAt: z.iso.datetime(),
  approvers: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
      roles: z.array(z.enum(approverRoles)).min(1),
      credentials: z.array(
        z.strictObject({ id: z.string(), kind: z.literal('ed25519'), publicKey, notAfter: z.iso.datetime() }),
      ),
    }),
  ),
  responders: z.array(z.strictObject({ id: z.string(), publicKey })),
});

/** The trust document cannot be read or is not signed by the root: nothing is authorised until it is mended. */
export class TrustError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrustError';
  }
}

/** The files of the trust document in a folder: the signed roster and the root's public key. */
export function trustFiles(folder: string) {
  return { roster: join(folder, 'roster.json'), root: join(folder, 'root.json') };
}

/** Reads and verifies the trust document; read again only when the file changes. Throws TrustError, never answers an unverified one. */
export function trustDocument(folder: string): { read(): Promise<Roster> } {
  const files = trustFiles(folder);
  let cached: { readonly stamp: string; readonly roster: Roster } | undefined;
  return {
    async read() {
      const stamp = await stampOf(files.roster);
      if (cached?.stamp !== stamp) cached = { stamp, roster: await readVerified(files) };
      return cached.roster;
    },
  };
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs}-${size}-${ino}`;
  } catch (error) {
    const what =
      codeOf(error) === 'ENOENT'
        ? 'there is none yet. Add a first approver with: firebreak analyst add NAME --role approver'
        : `it cannot be read: ${messageOf(error)}`;
    throw new TrustError(`trust document ${path}: ${what}`, { cause: error });
  }
}

async function readVerified(files: ReturnType<typeof trustFiles>): Promise<Roster> {
  try {
    const { roster, signature } = JSON.parse(await readFile(files.roster, 'utf8')) as {
      roster: unknown;
      signature: Omit<Signed, 'payload'>;
    };
    const root = publicKey.parse(JSON.parse(await readFile(files.root, 'utf8')));
    const parsed = rosterSchema.parse(roster);
    await verifyRoster(parsed, signature, root);
    return parsed;
  } catch (error) {
    throw new TrustError(
      `trust document ${files.roster} is not a roster signed by the root key in ${files.root}: nothing is authorised until both are ` +
        'restored from a copy',
      { cause: error },
    );
  }
}

async function verifyRoster(roster: Roster, signature: Omit<Signed, 'payload'>, root: PublicKey): Promise<void> {
  const payload = Buffer.from(canonicalJson(roster), 'utf8').toString('base64url');
  await verifyJson(
    { payload, protected: signature.protected, signature: signature.signature },
    'firebreak.roster.v1',
    root,
  );
}

/** Signs a roster with the root key and replaces the file. The text stays readable, so that a change can be reviewed as a difference. */
export async function writeRoster(folder: string, roster: Roster, root: SigningKey): Promise<void> {
  const signed = await signJson(roster, 'firebreak.roster.v1', root);
  const document = { roster, signature: { protected: signed.protected, signature: signed.signature } };
  await replaceFile(trustFiles(folder).roster, `${JSON.stringify(document, null, 2)}\n`);
}

/** The approver and credential of a key id, if the roster has them. */
export function findCredential(
  roster: Roster,
  kid: string,
): { approver: Approver; credential: Credential } | undefined {
  for (const approver of roster.approvers) {
    const credential = approver.credentials.find(({ id }) => id === kid);
    if (credential !== undefined) return { approver, credential };
  }
  return undefined;
}
