import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UserError, FirebreakError } from './errors.ts';
import { syncFolder } from './new-file.ts';

export { ensureFolder } from './new-file.ts';

/** The layout that this version reads and writes. A folder of a newer layout is refused. */
export const stateVersion = 1;

const detailsSchema = z.object({
  version: z.literal(stateVersion),
  /** Process id of `firebreak up`. */
  pid: z.int().positive(),
  basePort: z.int(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  temporalUi: z.string(),
  /** `host:port` of the sandbox's first port. */
  sandbox: z.string().regex(/^[^\s]+:\d{1,5}$/),
  startedAt: z.string(),
});

/** How to reach the system that runs on a state folder; written by `firebreak up`, read by every other command. */
export type ConnectionDetails = Readonly<z.infer<typeof detailsSchema>>;

/** The paths inside a state folder (`.firebreak/` by default). */
export function statePaths(folder: string) {
  const root = resolve(folder);
  return {
    root,
    connection: join(root, 'connection.json'),
    lock: join(root, 'up.lock'),
    temporalDatabase: join(root, 'temporal.db'),
    evidence: join(root, 'evidence'),
    ledger: join(root, 'ledger'),
    deadLetters: join(root, 'dead-letters'),
    archiveIndex: join(root, 'archive-index'),
    /** The whole histories of closed cases. */
    archive: join(root, 'archive'),
    /** Roster (signed), and the root's public key that it is checked with. */
    trust: join(root, 'trust'),
    /** Private keys: the root's, each analyst's, the respond role's. Embedded default only. */
    keys: join(root, 'keys'),
    sandboxState: join(root, 'sandbox.json'),
    logs: join(root, 'logs'),
  } as const;
}

export type StatePaths = ReturnType<typeof statePaths>;

/** The state folder is of a layout that this version does not know. */
export class StateVersionError extends FirebreakError {
  constructor(folder: string, found: unknown) {
    super(
      `state folder ${folder} is of version ${JSON.stringify(found)}, this Firebreak knows version ${stateVersion}. ` +
        'Use the Firebreak that wrote it, or another --state-dir.',
    );
  }
}

/** Reads the connection details; undefined where no `up` has written any. Throws StateVersionError on a newer layout. */
export async function readConnectionDetails(folder: string): Promise<ConnectionDetails | undefined> {
  const path = statePaths(folder).connection;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseDetails(path, text, folder);
}

function parseDetails(path: string, text: string, folder: string): ConnectionDetails {
  try {
    const details: unknown = JSON.parse(text);
    const version = z.object({ version: z.number() }).safeParse(details).data?.version;
    if (version !== undefined && version !== stateVersion) throw new StateVersionError(folder, version);
    return detailsSchema.parse(details);
  } catch (error) {
    if (error instanceof StateVersionError) throw error;
    throw new UserError(`${path} is damaged. Remove it and start the system again with: npm start`, 1, {
      cause: error,
    });
  }
}

/** Replaces a file so that a reader sees the old text or the new one, whole. Durable before it answers. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flush: true });
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // A full disk must not be filled further by what could not be written.
    await rm(temporary, { force: true });
    throw error;
  }
}
