// `node --import die-with-parent.ts run-command.ts COMMAND ARG…` runs a program that knows nothing of its parent (the Temporal server), so
// that it ends with `firebreak up`: signals are handed on (SIGQUIT as SIGKILL), and this process ends as the program did.
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  process.stderr.write(`${command} could not be started: ${error.message}\n`);
  process.exit(127);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
process.on('SIGQUIT', () => child.kill('SIGKILL'));
child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
