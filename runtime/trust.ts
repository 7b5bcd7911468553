import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, digestOf } from '../model/digest.ts';
import type { Approver, Credential, Roster } from '../model/roster.ts';
import { codeOf, FirebreakError, messageOf, TrustError } from './errors.ts';
import { publicKeySchema, rosterSchema } from './roster-schema.ts';
import { fingerprintOfKey, type PublicKey, type Signed, signJson, type SigningKey, verifyJson } from './signatures.ts';
import { replaceFile, type StatePaths } from './state-folder.ts';
import { trustedRoot } from './trust-root.ts';

/** Remembers which rosters were there, so that an older one is not taken for the newest: respond does so in its ledger. */
export interface SeenRosters {
  /** Throws TrustError where a newer one was seen, or another one of this version; remembers this one. */
  check(roster: { readonly version: number; readonly digest: string }): Promise<void>;
}

/** Where a process finds its trust document: its configuration says so. */
export interface TrustPlace {
  readonly paths: Pick<StatePaths, 'trust' | 'keys'>;
  /** Fingerprint of the root's public key; absent: that of the embedded default's key folder. */
  readonly trustRoot?: string;
  readonly seen?: SeenRosters;
}

/** The files of the trust document in a folder: the signed roster, and the root's public key, which counts only by its fingerprint. */
export function trustFiles(folder: string) {
  return { roster: join(folder, 'roster.json'), root: join(folder, 'root.json') };
}

/**
 * Reads and verifies the trust document; read again only when the file changes. Throws TrustError, never answers an unverified one, one of
 * another root than the configured one, or an older one than this process (or `seen`) has had.
 */
export function trustDocument({ paths, trustRoot, seen = seenInMemory() }: TrustPlace): { read(): Promise<Roster> } {
  const files = trustFiles(paths.trust);
  let cached: { readonly stamp: string; readonly roster: Roster } | undefined;
  return {
    async read() {
      const stamp = stampOf(files.roster);
      if (cached?.stamp !== stamp) {
        const roster = await readVerified(files, trustRoot ?? (await trustedRoot(paths)));
        await seen.check({ version: roster.version, digest: digestOf(roster) });
        cached = { stamp, roster };
      }
      return cached.roster;
    },
  };
}

/** What a process that has no ledger remembers: as long as it runs. */
function seenInMemory(): SeenRosters {
  let newest = 0;
  return {
    async check({ version }) {
      if (version < newest) throw olderRoster(version, newest);
      newest = version;
    },
  };
}

/** The roster that lies there is older than one that was there. */
export function olderRoster(version: number, newest: number): TrustError {
  return new TrustError(
    `the roster is version ${version}, and version ${newest} was seen before: an older roster may let people decide who no longer may. ` +
      `Restore version ${newest} or a newer one`,
  );
}

/** On this thread: it is asked at each signature that is checked. */
function stampOf(path: string): string {
  try {
    const { mtimeNs, size, ino } = statSync(path, { bigint: true });
    return `${mtimeNs}-${size}-${ino}`;
  } catch (error) {
    const what =
      codeOf(error) === 'ENOENT'
        ? 'there is none yet. Add a first approver with: firebreak analyst add NAME --role approver'
        : `it cannot be read: ${messageOf(error)}`;
    throw new TrustError(`trust document ${path}: ${what}`, { cause: error });
  }
}

async function readVerified(files: ReturnType<typeof trustFiles>, fingerprint: string): Promise<Roster> {
  try {
    const { roster, signature } = JSON.parse(await readFile(files.roster, 'utf8')) as {
      roster: unknown;
      signature: Omit<Signed, 'payload'>;
    };
    const root = publicKeySchema.parse(JSON.parse(await readFile(files.root, 'utf8')));
    if (fingerprintOfKey(root) !== fingerprint)
      throw new TrustError(`${files.root} is another root key than the one that is trusted here (${fingerprint})`);
    const parsed = rosterSchema.parse(roster);
    await verifyRoster(parsed, signature, root);
    return parsed;
  } catch (error) {
    throw new TrustError(
      `trust document ${files.roster} is not a roster signed by the root key in ${files.root} (${reasonOf(error)}): nothing is authorised ` +
        'until both are restored from a copy',
      { cause: error },
    );
  }
}

/** What a parser says may quote what is in the file. */
function reasonOf(error: unknown): string {
  return error instanceof FirebreakError ? error.message : 'it is not of the form of one';
}

async function verifyRoster(roster: Roster, signature: Omit<Signed, 'payload'>, root: PublicKey): Promise<void> {
  const payload = Buffer.from(canonicalJson(roster), 'utf8').toString('base64url');
  await verifyJson(
    { payload, protected: signature.protected, signature: signature.signature },
    'firebreak.roster.v1',
    root,
  );
}

/** A roster before it is signed: its version is the next one, its time now. */
export type RosterDraft = Pick<Roster, 'approvers' | 'workers'> & { readonly version?: number };

/** Signs the next version of a roster with the root key and replaces the file. The text stays readable, so that a change can be reviewed as a difference. */
export async function writeRoster(folder: string, draft: RosterDraft, root: SigningKey): Promise<void> {
  const { approvers, workers, version = 0 } = draft;
  const roster: Roster = rosterSchema.parse({
    type: 'firebreak.roster.v1',
    version: version + 1,
    issuedAt: new Date().toISOString(),
    approvers,
    workers,
  });
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
