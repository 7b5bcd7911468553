import { safeJson } from './safe-json.ts';

/** Ends quietly when whoever reads the output (`| head`) has enough of it. */
export function endWithReader(): void {
  process.stdout.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** Writes a line of an answer to standard output. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line that is no part of the answer (progress, hints) to standard error. */
export function tell(line = ''): void {
  process.stderr.write(`${line}\n`);
}

/** Writes data to standard output, as JSON that is safe on a terminal. */
export function sayJson(value: unknown): void {
  say(safeJson(value));
}

/** Columns to write in: the terminal's, between 40 and 100; 100 where there is none. */
export function pageWidth(stream: NodeJS.WriteStream = process.stdout): number {
  return Math.min(100, Math.max(40, stream.isTTY ? stream.columns : 100));
}
