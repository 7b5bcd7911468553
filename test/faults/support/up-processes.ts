import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** A `firebreak up` in a process of its own, as a person starts it. */
export interface UpProcess {
  readonly child: ChildProcess;
  /** What it said so far, on both outputs. */
  said(): string;
  /** `runs` when it says so, or the code that it ended with. */
  readonly outcome: Promise<'runs' | number | null>;
  readonly exited: Promise<number | null>;
}

/** Starts it without its demonstration, and without this environment's own settings. */
export function startUp(stateDir: string, port: number): UpProcess {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(FIREBREAK|TEMPORAL|NODE_OPTIONS)/.test(name)),
  );
  const args = [main, 'up', '--no-demo', '--state-dir', stateDir, '--port', String(port)];
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const { promise: exited, resolve: exit } = Promise.withResolvers<number | null>();
  const { promise: outcome, resolve } = Promise.withResolvers<'runs' | number | null>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (output.includes('running. Temporal at')) resolve('runs');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.once('close', (code) => {
    exit(code);
    resolve(code);
  });
  return { child, said: () => output, outcome, exited };
}
