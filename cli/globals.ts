import type { Command } from 'commander';
import type { Configuration } from '../runtime/configuration.ts';

/** The options that every command has. */
export interface Globals {
  readonly stateDir: string;
  readonly stack?: true;
}

/** Where nothing else is said. */
export const defaultStateDir = '.firebreak';

/** The options of the whole program, as seen from a command. */
export function globalsOf(command: Command): Globals {
  return command.optsWithGlobals<Globals>();
}

/** Reads the configuration for a command. Throws ConfigurationError and StateVersionError. */
export async function configurationOf(command: Command): Promise<Configuration> {
  const { readConfiguration } = await import('../runtime/configuration.ts');
  return readConfiguration(globalsOf(command).stateDir);
}

/** How a person types a command of this program: through npx, with the state folder where it is not the default one. */
export function typed(command: Command): (words: string) => string {
  const { stateDir } = globalsOf(command);
  const folder =
    stateDir === defaultStateDir || stateDir === process.env['FIREBREAK_STATE_DIR']
      ? ''
      : ` --state-dir ${quotedForShell(stateDir)}`;
  return (words) => `npx firebreak ${words}${folder}`;
}

function quotedForShell(text: string): string {
  return /^[A-Za-z0-9_./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
