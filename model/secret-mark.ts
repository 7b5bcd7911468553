import { sha256Hex } from './digest.ts';
import type { Span } from './secret-forms.ts';

const mark = /\[masked sha256:[0-9a-f]{16}…\]/y;

/**
 * The mark that stands where a secret was. It says so, and has the first 16 hex digits of the sha256 of the whole text in which the
 * secret stood (an argument list, a line, a script, an object's JSON), not of the secret: that of a short password is soon guessed. Who
 * has the rest of the text can still try guesses against it, so that a mark is no place for what must resist that.
 */
export function markOf(original: string): string {
  return `[masked sha256:${sha256Hex(original).slice(0, 16)}…]`;
}

/** The length of the mark that stands there; 0 where none does. */
export function markAt(text: string, at: number): number {
  mark.lastIndex = at;
  return mark.exec(text)?.[0].length ?? 0;
}

/** Where marks stand. */
export function markSpans(text: string): Span[] {
  if (!text.includes('[masked sha256:')) return [];
  return [...text.matchAll(new RegExp(mark, 'g'))].map(({ index, 0: found }): Span => [index, index + found.length]);
}
