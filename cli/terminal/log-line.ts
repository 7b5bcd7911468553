import { pageWidth } from './output.ts';
import { paintFor } from './paint.ts';
import { shown } from './shown.ts';
import { wrap } from './wrap.ts';

/**
 * Writes what happened, with the time of day in UTC before it; what does not fit goes on below, indented, so that no text passes for the
 * next line. `time`: when it happened, RFC 3339; now, if nothing is said.
 */
export function logLine(
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
  time = new Date().toISOString(),
): void {
  const paint = paintFor(stream);
  const short = time.slice(11, 19);
  for (const part of text.split('\n')) {
    const words = part.trimStart();
    const indent = ' '.repeat(2 + part.length - words.length);
    const [first = '', ...rest] = wrap(shown(words), Math.max(30, pageWidth(stream) - short.length - indent.length));
    stream.write(`${paint.faint(short)}${indent}${first}\n`);
    for (const more of rest) stream.write(`${' '.repeat(short.length)}${indent}${more}\n`);
  }
}
