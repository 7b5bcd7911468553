// `node deploy/check.ts [COMPOSE-FILE DOCKERFILE]` validates docker-compose.yml and the Dockerfile on a machine without a container engine. It brings
// the two tools that it needs. Exit code 1: something is wrong with the files, or a tool could not be had.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../local/binaries/cache.ts';
import type { Executable } from '../local/binaries/executables.ts';
import { findBinary } from '../local/binaries/find.ts';
import { messageOf } from '../runtime/errors.ts';
import { checkCompose, checkDockerfile } from './check/run-tools.ts';
import { dockerCompose, hadolint, toolSources } from './check/tools.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function main(): Promise<void> {
  const [composeFile = resolve(root, 'docker-compose.yml'), dockerfile = resolve(root, 'Dockerfile')] =
    process.argv.slice(2);
  const problems = [
    ...(await checkCompose(await find(dockerCompose), resolve(composeFile))).map(
      (problem) => `${composeFile}: ${problem}`,
    ),
    ...(await checkDockerfile(await find(hadolint), resolve(dockerfile))),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

async function find(executable: Executable): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const log = (line: string): void => console.error(line);
  const found = await findBinary(executable, toolSources, {
    environment: process.env,
    platform,
    cache: cacheFolder(process.env, platform),
    log,
  });
  return found.path;
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
