import type { Executable } from './executables.ts';
import { FirebreakError } from '../../runtime/errors.ts';

/** An executable that is there and may be run. */
export interface FoundBinary {
  /** Absolute path. */
  readonly path: string;
  /** Where it came from, as shown to people. */
  readonly source: string;
  /** `unknown` where the executable cannot say it. */
  readonly version: string;
}

/** What a source may use. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** `process.platform`-`process.arch`. */
  readonly platform: string;
  /** The cache folder; absolute. */
  readonly cache: string;
  /** Gets progress, one line at a time. */
  readonly log: (line: string) => void;
}

/** One place that an executable may come from. */
export interface Source {
  readonly name: string;
  /**
   * Finds the executable here. Throws SourceError with the reason where this source has none, so that the next one is tried;
   * any other error ends the search.
   */
  readonly find: (executable: Executable, surroundings: Surroundings) => Promise<FoundBinary>;
}

/** A source has no usable executable; the message is the reason. */
export class SourceError extends FirebreakError {}

/** A source has something that must not be run: its digest or version is not the pinned one. Always said, also when another source helps. */
export class RefusedError extends SourceError {
  constructor(reason: string, options?: ErrorOptions) {
    super(`${reason}: refused`, options);
  }
}

/** No source had the executable. The message names each, why it failed, and what to do. */
export class BinaryNotFoundError extends FirebreakError {
  constructor(executable: Executable, platform: string, failures: readonly { source: string; reason: string }[]) {
    const { title, version, setting, command } = executable;
    super(
      [
        `${title} ${version} was not found and could not be brought (platform ${platform}):`,
        ...failures.map(({ source, reason }) => `  - ${source}: ${reason}`),
        `What to do: install it and set ${setting} to its path, or put '${command}' on PATH, or let this machine reach one of the downloads.`,
      ].join('\n'),
    );
  }
}
