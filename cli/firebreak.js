#!/usr/bin/env node
// Runs the command line under the pinned Node of this checkout, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const endWithParent = new URL('../local/end-with-parent.js', import.meta.url).href;

if (!existsSync(pinned)) {
  console.error('firebreak: the packages are not installed. Run: npm ci');
  process.exit(2);
}
// A shell may end before what it started; npx, when it is gone, is gone with it.
if (process.env['npm_command'] === 'exec') await import(endWithParent);
const child = spawn(pinned, ['--import', endWithParent, main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
