import { cache, cacheFolder } from '../../local/binaries/cache.ts';
import { temporalCli } from '../../local/binaries/executables.ts';
import { compareDigest, findBinary } from '../../local/binaries/find.ts';
import { searchPath } from '../../local/binaries/search-path.ts';
import { explicitSetting } from '../../local/binaries/setting.ts';
import { messageOf } from '../../runtime/errors.ts';
import { type Check, fail, ok, warn } from './check.ts';

const neededNode = 24;

/** Node.js. */
export function checkNode(version = process.versions.node): Check {
  const major = Number(version.split('.')[0]);
  const what = `Node.js ${version}`;
  if (major === neededNode) return ok('node', what);
  const todo = 'Run it through npx or npm, which use the Node.js that npm ci installs.';
  return major > neededNode
    ? warn('node', `${what}; this is tested with ${neededNode}`, todo)
    : fail('node', `${what} is too old`, todo);
}

/** The Temporal CLI, as far as it is on this machine: looking brings nothing from elsewhere. */
export async function checkTemporalCli(): Promise<Check> {
  const name = 'temporal cli';
  const platform = `${process.platform}-${process.arch}`;
  const around = { environment: process.env, platform, cache: cacheFolder(process.env, platform), log: () => {} };
  try {
    const found = await findBinary(temporalCli, [explicitSetting, searchPath, cache], around);
    const { digest, pinned } = await compareDigest(found);
    const known = digest === pinned ? 'the pinned digest' : `sha256 ${digest.slice(0, 12)}…, not the pinned one`;
    return ok(name, `${found.version} at ${found.path} (${found.source}, ${known})`);
  } catch (error) {
    if (error instanceof Error && error.name === 'BinaryNotFoundError') {
      return warn(
        name,
        'not on this machine yet',
        'Nothing: the first start brings it. Without a network, set FIREBREAK_TEMPORAL_CLI to its path.',
      );
    }
    return fail(name, messageOf(error), 'Set FIREBREAK_TEMPORAL_CLI to a Temporal CLI that runs, or unset it.');
  }
}
