import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dieWithParent = new URL('../local/die-with-parent.ts', import.meta.url).href;

/** What to run as a process of its own. */
export interface ProcessSpec {
  readonly name: string;
  /** Relative to the project's root. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A child process of the bench. */
export interface BenchProcess {
  readonly pid: number;
  /** Sends a message and answers the child's next one. Throws where the child has ended. */
  ask(message: string): Promise<unknown>;
  /** The child's next message. */
  told(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a Node program that ends with this process; its output goes to a file in `logs`. Throws where it cannot be started. */
export async function startProcess(spec: ProcessSpec, logs: string): Promise<BenchProcess> {
  const logFile = join(logs, `${spec.name}.log`);
  const output = openSync(logFile, 'a', 0o600);
  const child = fork(fileURLToPath(new URL(`../${spec.program}`, import.meta.url)), [...(spec.args ?? [])], {
    execArgv: ['--import', dieWithParent, ...(spec.nodeFlags ?? [])],
    env: { ...withoutOurs(process.env), ...spec.environment },
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${spec.name} could not be started`);
  const ended = once(child, 'exit');
  const told = async (): Promise<unknown> => {
    const end = ended.then(async () => {
      const text = await readFile(logFile, 'utf8');
      throw new Error(`${spec.name} ended. It last said:\n${text.split('\n').slice(-12).join('\n')}`);
    });
    const [message] = (await Promise.race([once(child, 'message'), end])) as unknown[];
    return message;
  };
  return {
    pid,
    told,
    async ask(message) {
      const answer = told();
      child.send(message);
      return await answer;
    },
    stop: () => stop(child, ended),
  };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(force);
}

/** Settings of the person who runs the bench would change what is measured. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(FIREBREAK|TEMPORAL)_/.test(name)));
}
