import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { brokenRules, composeFile } from './compose-rules.ts';

/** The project's folder. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds; both tools answer within one or two seconds. */
const patience = 60_000;

/** What is wrong with a compose file, one line each: what Compose itself says, else which of our rules it breaks. `path`: absolute. */
export async function checkCompose(compose: string, path: string): Promise<string[]> {
  // Every profile, no .env file and nothing of this machine's environment: the verdict is that of the file.
  const options = ['--file', path, '--env-file', '/dev/null', '--profile', '*'];
  const { code, stdout, stderr } = await run(compose, [...options, 'config', '--format', 'json']);
  if (code !== 0) return lines(stderr);
  return [...lines(stderr), ...brokenRules(composeFile.parse(JSON.parse(stdout)))];
}

/** What hadolint says about a Dockerfile, one line each. `path`: absolute. */
export async function checkDockerfile(hadolint: string, path: string): Promise<string[]> {
  const { code, stdout, stderr } = await run(hadolint, ['--no-color', '--failure-threshold', 'style', path]);
  return code === 0 ? [] : lines(stdout + stderr);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  // Without HOME: hadolint would take settings from there.
  const { PATH, TMPDIR } = process.env;
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: root, timeout: patience, env: { PATH, TMPDIR } }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(new Error(`${command}: ${error.message}`, { cause: error }));
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
