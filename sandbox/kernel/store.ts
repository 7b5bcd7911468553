import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Section, Store } from './service.ts';

/** A store that writes itself to one file. */
export interface FileStore extends Store {
  /** All sections, for debugging. */
  snapshot(): Record<string, object>;
  /** Does the work, and answers when what it changed is written: what somebody was told outlives a `kill -9`. */
  readonly durably: <T>(work: () => T | Promise<T>) => Promise<T>;
  /** Writes what is not written yet and ends. */
  close(): void;
}

/** Changes are written this long after the first of them, together. */
const writeAfterMilliseconds = 10;
/** A state so large that writing takes long is written less often, so that at most a fifth of the time goes into it. */
const pauseFactor = 4;
const version = 2;

/**
 * Opens the state in that file, or an empty one where it does not exist yet; without a file the state is in memory only. Throws an Error
 * naming the file, and what to do, where it cannot be read.
 */
export function openStore(stateFile: string | undefined): FileStore {
  const read = stateFile === undefined ? {} : readState(stateFile);
  const values = new Map<string, object>(Object.entries(read));
  let timer: NodeJS.Timeout | undefined;
  let delay = writeAfterMilliseconds;
  let closed = false;
  let changes = 0;
  let written = Promise.withResolvers<void>();

  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (stateFile === undefined) return;
    const started = performance.now();
    writeState(stateFile, Object.fromEntries(values));
    written.resolve();
    written = Promise.withResolvers();
    delay = Math.max(writeAfterMilliseconds, pauseFactor * (performance.now() - started));
  };

  return {
    section<T extends object>(name: string, initial: () => T): Section<T> {
      const existing = values.get(name);
      // The file is written by this code only, under a version number: a section has the type that it was written with.
      const value = existing === undefined ? initial() : (existing as T);
      values.set(name, value);
      return {
        value,
        touch: () => {
          // A late call must not overwrite what a successor on the same file has written.
          if (stateFile === undefined || closed) return;
          changes += 1;
          timer ??= setTimeout(write, delay);
        },
      };
    },
    snapshot: () => Object.fromEntries(values),
    async durably(work) {
      const before = changes;
      const answer = await work();
      if (changes !== before && timer !== undefined) await written.promise;
      return answer;
    },
    close: () => {
      if (timer !== undefined) write();
      closed = true;
    },
  };
}

function readState(file: string): Record<string, object> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Error(
      `the sandbox's state cannot be read from ${file}: ${messageOf(error)}. Check its permissions, or name another file.`,
      { cause: error },
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `the sandbox's state in ${file} is damaged (${messageOf(error)}). Move or delete the file to start with an empty sandbox.`,
      { cause: error },
    );
  }
  if (!isState(parsed)) {
    throw new Error(
      `${file} is not a state of this sandbox (expected {"version": ${version}, "sections": {…}}). Delete it, or name another file.`,
    );
  }
  return parsed.sections;
}

function isState(value: unknown): value is { version: number; sections: Record<string, object> } {
  if (typeof value !== 'object' || value === null || !('version' in value) || !('sections' in value)) return false;
  const { sections } = value;
  return (
    value.version === version &&
    typeof sections === 'object' &&
    sections !== null &&
    Object.values(sections).every((section) => typeof section === 'object' && section !== null)
  );
}

/** Written beside it, forced to disk, then renamed: a reader and a crash see the old file or the new one, never a half. */
function writeState(file: string, sections: Record<string, object>): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify({ version, sections }));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
