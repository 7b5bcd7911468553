import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MalformedError, parsed } from '../model/parse.ts';
import type { Roster, SigningRole } from '../model/roster.ts';
import type { z } from '../model/schema.ts';
import { signedSchema } from '../model/signed.ts';
import { codeOf, messageOf, SignatureError, UnprovedFileError } from './errors.ts';
import { keyIdOf, type Purpose, signJson, type SigningKey, verifyJson } from './signatures.ts';
import { ensureFolder, replaceFile } from './state-folder.ts';

const fileSchema = signedSchema(65_536);

/** What a folder holds: one small file a case, which carries the signature of the role that writes it and names its case. */
export interface FileKind<T> {
  readonly folder: string;
  readonly purpose: Purpose;
  readonly role: SigningRole;
  readonly schema: z.ZodMiniType<T>;
  /** `the archive index`. */
  readonly what: string;
  /** What is not known where a file does not hold, and what to do: the rest of the sentence. */
  readonly whatToDo: string;
}

/** Files as they are read by everybody. */
export interface SignedFiles<T> {
  /** Undefined where there is none. Throws UnprovedFileError where it is not what the role signed for this case, TrustError where nothing can be told. */
  read(caseId: string): Promise<T | undefined>;
}

/** Files as the role that signs them has them. */
export interface OwnFiles<T> extends SignedFiles<T> {
  /** Durable before it answers. */
  write(value: T): Promise<void>;
}

function pathOf(folder: string, caseId: string): string {
  if (!/^[A-Za-z0-9_-]{1,250}$/.test(caseId))
    throw new TypeError(`not a case id: ${JSON.stringify(caseId).slice(0, 80)}`);
  return join(folder, `${caseId}.json`);
}

/** The files of a folder; a signature counts where the key is the role's on the roster. */
export function signedFiles<T extends { readonly case: string }>(
  { folder, purpose, role, schema, what, whatToDo }: FileKind<T>,
  trust: { read(): Promise<Pick<Roster, 'workers'>> },
): SignedFiles<T> {
  return {
    async read(caseId) {
      const path = pathOf(folder, caseId);
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
      const { workers } = await trust.read();
      try {
        const signed = parsed(fileSchema, JSON.parse(text), 'signed file');
        const kid = keyIdOf(signed, purpose);
        const writer = workers.find((worker) => worker.id === kid && worker.role === role);
        if (writer === undefined) throw new SignatureError(`its signer is not a key of ${role} on the roster`);
        const value = parsed(schema, await verifyJson(signed, purpose, writer.publicKey), 'entry');
        if (value.case !== caseId) throw new SignatureError('it is of another case');
        return value;
      } catch (error) {
        if (!isAboutTheFile(error)) throw error;
        throw new UnprovedFileError(
          `${what} ${path} is not what ${role} signed for this case (${error instanceof SyntaxError ? 'it is no JSON' : messageOf(error)}): ${whatToDo}`,
          1,
          { cause: error },
        );
      }
    },
  };
}

function isAboutTheFile(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof SignatureError || error instanceof MalformedError;
}

/** The files of a folder with the key that signs new ones. */
export function ownFiles<T extends { readonly case: string }>(
  kind: FileKind<T>,
  trust: { read(): Promise<Pick<Roster, 'workers'>> },
  key: () => Promise<SigningKey>,
): OwnFiles<T> {
  return {
    ...signedFiles(kind, trust),
    async write(value) {
      const path = pathOf(kind.folder, value.case);
      const signed = await signJson(parsed(kind.schema, value, kind.what), kind.purpose, await key());
      await ensureFolder(dirname(path));
      await replaceFile(path, `${JSON.stringify(signed)}\n`);
    },
  };
}
