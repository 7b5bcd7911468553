import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Executable } from './executables.ts';
import type { Source } from './source.ts';
import { SourceError } from './source.ts';
import { bringing } from './install.ts';
import { run } from './run.ts';

const information = z.object({
  archiveUrl: z.url({ protocol: /^https$/ }),
  fileToExtract: z.string().regex(/^[\w./-]+$/),
});

const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const processors: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Where the download describes itself. Source: the Temporal SDK's own lazy download (sdk-core, ephemeral_server). */
function descriptionAddress(executable: Executable, platform: string): string {
  const [system = '', processor = ''] = platform.split('-');
  const [named, arch] = [systems[system], processors[processor]];
  if (!executable.artifact) throw new SourceError('not one of Temporal’s');
  if (!named || !arch) throw new SourceError(`not made for ${platform}`);
  return `https://temporal.download/${executable.artifact}/v${executable.version}?arch=${arch}&platform=${named}&format=tar.gz`;
}

/** Milliseconds: for an answer to begin, and for a whole archive. */
const times = { answer: 4_000, archive: 300_000 };

/** Temporal's own download, as its SDK uses it. Fails within seconds where it cannot be reached. */
export const officialDownload: Source = bringing('official download', async (executable, folder, { platform, log }) => {
  const address = descriptionAddress(executable, platform);
  const described = await fetch(address, { signal: AbortSignal.timeout(times.answer) });
  if (!described.ok) throw new SourceError(`${address} answered ${described.status}`);
  const { archiveUrl, fileToExtract } = information.parse(await described.json());
  log(`bringing ${executable.title} ${executable.version} from ${new URL(archiveUrl).host} …`);
  const archive = join(folder, archiveUrl.endsWith('.zip') ? 'archive.zip' : 'archive.tar.gz');
  const answer = await fetch(archiveUrl, { signal: AbortSignal.timeout(times.archive) });
  if (!answer.ok || !answer.body) throw new SourceError(`${archiveUrl} answered ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body), createWriteStream(archive));
  // bsdtar (macOS, Windows) reads zip as well; on Linux the archives are tar.gz.
  await run('tar', ['-xf', archive, '-C', folder, fileToExtract], { timeout: 60_000 });
  return join(folder, fileToExtract);
});
