import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCaseId } from '../model/case-id.ts';
import { codeOf, UserError } from './errors.ts';
import { ensureFolder, replaceFile } from './state-folder.ts';

/** A run of a case that has closed. */
export interface ClosedRun {
  readonly case: string;
  readonly run: string;
  /** Milliseconds since the epoch, by Temporal's clock. */
  readonly closedAt: number;
}

/** The histories of closed cases, for longer than Temporal keeps them: written once, never replaced. */
export interface KeptHistories {
  /** The run ids of everything that is kept. Reads every case's folder: for once at a start. */
  runs(): Promise<string[]>;
  /** The ids of the cases of which a run is kept. */
  cases(): Promise<string[]>;
  has(run: ClosedRun): Promise<boolean>;
  /** Keeps a history, JSON as `historyToJSON` makes it. Durable before it answers. */
  put(run: ClosedRun, history: string): Promise<void>;
  /** The history, parsed, of a run or of the one that closed last; undefined where it is not kept. Throws UserError where it is damaged. */
  read(caseId: string, run?: string): Promise<unknown>;
}

/** When the run closed, so that names are in order; its id; and the sha256 of the content, so that damage shows. */
const fileName = /^\d{8}T\d{9}Z\.([0-9a-f-]{36})\.([0-9a-f]{64})\.json$/;

/** Kept histories in a folder, with a folder a case in it. */
export function folderHistories(folder: string): KeptHistories {
  const folderOf = (id: string): string => {
    if (!isCaseId(id)) throw new TypeError(`not a case id: ${JSON.stringify(id).slice(0, 80)}`);
    return join(folder, id);
  };
  const cases = async (): Promise<string[]> => (await namesIn(folder)).filter(isCaseId);

  return {
    cases,
    async runs() {
      const runs: string[] = [];
      for (const id of await cases()) runs.push(...(await filesIn(folderOf(id))).map(({ run }) => run));
      return runs;
    },
    async has({ case: id, run }) {
      return (await filesIn(folderOf(id))).some((file) => file.run === run);
    },
    async put({ case: id, run, closedAt }, history) {
      const stamp = new Date(closedAt).toISOString().replace(/[-:.]/g, '');
      const name = `${stamp}.${run}.${sha256Of(history)}.json`;
      if (!fileName.test(name)) throw new TypeError(`not a run id: ${JSON.stringify(run).slice(0, 80)}`);
      await ensureFolder(folderOf(id));
      await replaceFile(join(folderOf(id), name), history);
    },
    async read(id, run) {
      if (!isCaseId(id)) return undefined;
      const file = (await filesIn(folderOf(id))).findLast((one) => run === undefined || one.run === run);
      return file === undefined ? undefined : readWhole(join(folderOf(id), file.name), file.sha256);
    },
  };
}

interface KeptFile {
  readonly name: string;
  readonly run: string;
  readonly sha256: string;
}

/** The kept runs of one case, the one that closed last at the end. What could not be written whole has another name. */
async function filesIn(folder: string): Promise<KeptFile[]> {
  return (await namesIn(folder)).sort().flatMap((name) => {
    const [, run, sha256] = fileName.exec(name) ?? [];
    return run === undefined || sha256 === undefined ? [] : [{ name, run, sha256 }];
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function readWhole(path: string, sha256: string): Promise<unknown> {
  const text = await readFile(path);
  if (sha256Of(text) !== sha256)
    throw new UserError(
      `the kept history ${path} is damaged: it is not what was written, so nothing can be told of the case by it. Restore it from a copy.`,
    );
  return JSON.parse(text.toString('utf8')) as unknown;
}

function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
