import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FirebreakError } from '../runtime/errors.ts';

/** What to start. */
export interface ChildSpec {
  /** As shown to people; also names its log. */
  readonly name: string;
  /** A Node program (absolute path) and its arguments. */
  readonly program: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a child ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that runs, or ran. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Its output, standard output and error together. */
  readonly logFile: string;
  readonly exited: Promise<ChildExit>;
  /** Asks it to end (SIGTERM), ends it by force after `grace` milliseconds, and waits until it is gone. */
  readonly stop: (grace?: number) => Promise<ChildExit>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** The last lines of its output. */
  readonly lastLines: (count?: number) => Promise<string>;
}

/** A child could not be started, or ended when it should not have; the message holds its last lines. */
export class ChildEndedError extends FirebreakError {
  constructor(name: string, exit: ChildExit, lastLines: string, logFile: string) {
    const how = exit.signal ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
    const said = lastLines ? `It last said:\n${lastLines.replaceAll(/^/gm, '    ')}\n` : 'It said nothing.\n';
    super(`${name} ${how}. ${said}Its whole output: ${logFile}`);
  }
}

/** Milliseconds between asking a child to end and ending it by force. */
const defaultGrace = 10_000;

const dieWithParent = new URL('./die-with-parent.ts', import.meta.url).href;

/**
 * Starts a Node program as a child that cannot outlive this process. It gets a process group of its own, so that Ctrl-C in a terminal
 * reaches only this process, which then ends its children in order. Its output is appended to `logFile`. Throws where it cannot be started.
 */
export async function startChild(spec: ChildSpec, logFile: string): Promise<Child> {
  const offset = (await stat(logFile).catch(() => undefined))?.size ?? 0; // no log yet
  const output = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, ['--import', dieWithParent, spec.program, ...spec.args], {
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, ...spec.environment },
    detached: true,
  });
  closeSync(output);
  const exited = new Promise<ChildExit>((resolve, reject) => {
    child.once('exit', (code, signal) => {
      endGroup(child.pid).then(() => resolve({ code, signal }), reject);
    });
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new Error(`${spec.name} could not be started: ${error.message}`, { cause: error })),
    );
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${spec.name} could not be started`);

  return {
    name: spec.name,
    pid,
    logFile,
    exited,
    signal: (signal) => void child.kill(signal),
    async stop(grace = defaultGrace) {
      child.kill('SIGTERM');
      const force = setTimeout(() => killGroup(pid), grace);
      const exit = await exited;
      clearTimeout(force);
      return exit;
    },
    async lastLines(count = 12) {
      const text = (await readFile(logFile)).subarray(offset).toString('utf8');
      return text.trimEnd().split('\n').slice(-count).join('\n');
    },
  };
}

/** Ends what a child has left behind and waits until it is gone, at most a second. */
async function endGroup(pid: number | undefined): Promise<void> {
  // Bounded: in a container whose first process collects no orphans, an ended one stays listed for ever.
  for (let attempt = 0; attempt < 100 && killGroup(pid); attempt += 1) await pause(10);
}

/** Ends a child's whole group by force: it also holds what the child started. `false`: nothing of it is left. */
function killGroup(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // macOS says EPERM where only ended processes are left that nobody has asked for.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return false;
    throw error;
  }
}
