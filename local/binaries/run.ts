import { execFile } from 'node:child_process';
import { FirebreakError } from '../../runtime/errors.ts';

/** A program could not be run, or ended with a failure; the message ends in what it said last. */
export class RunError extends FirebreakError {
  constructor(command: string, said: string, options?: ErrorOptions) {
    super(`${command}: ${said}`, options);
  }
}

/** Runs a program to its end and answers its standard output. `timeout` in milliseconds. Throws RunError. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly timeout: number; readonly environment?: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = {
      timeout: options.timeout,
      env: options.environment ?? process.env,
      killSignal: 'SIGKILL' as const,
    };
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (error.code === 'ENOENT') return reject(new RunError(command, 'not found', { cause: error }));
      if (error.killed)
        return reject(new RunError(command, `no answer within ${options.timeout / 1000} s`, { cause: error }));
      const last = (stderr.trim() || stdout.trim() || error.message).split('\n').at(-1);
      reject(new RunError(command, last ?? error.message, { cause: error }));
    });
  });
}
