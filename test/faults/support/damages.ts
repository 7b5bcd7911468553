import { readFile, writeFile } from 'node:fs/promises';

/** What can have become of a file: its text before, to what is in it now. */
export const damages: readonly (readonly [string, (text: string) => string])[] = [
  ['empty', () => ''],
  ['truncated', (text) => text.slice(0, Math.floor(text.length / 2))],
  ['garbage', () => '\u0000\u001b[2J\ufffd not JSON'],
  ['null', () => 'null'],
  ['of another version', () => '{"version":99,"type":"firebreak.other.v9"}'],
];

/** Damages a file in that way. */
export async function damage(path: string, how: (text: string) => string): Promise<void> {
  await writeFile(path, how(await readFile(path, 'utf8')));
}
