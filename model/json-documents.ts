import { FindingParseError, quoted } from './finding-error.ts';
import { maximumDepth, nestedTooDeep, toJson } from './finding-json.ts';
import type { Json } from './json.ts';

/** A part of a text, with the line that it begins on, from 1: a document, or what cannot be read and why. */
export type TextPart =
  | { readonly line: number; readonly document: Json }
  | { readonly line: number; readonly unreadable: string; readonly problem: string };

/** What has more records that cannot be read is rubbish: it is not looked at to its end. */
export const mostUnreadable = 1_000;

/** So many characters are looked at in vain, for ends that are not there; then what is left open ends with its line. */
const mostInVain = 30_000_000;

/** That it was not looked at to its end. */
export const restUnread = `more than ${mostUnreadable} records cannot be read: the rest is not looked at`;

/**
 * The JSON documents of a text: one, or any number one after another, each on a line (JSON lines) or not, in a list or not. What cannot be read ends
 * where the next line begins a document, so that it takes none with it. What is left open is given up where the nesting is too deep; in a text where much
 * is, at the end of its line: so each character is looked at some times at most.
 */
export function jsonDocuments(text: string): TextPart[] {
  const whole = valueOf(text);
  if (whole !== undefined) return [documentPart(1, text, whole.value)];
  const parts: TextPart[] = [];
  const lineAt = lineFinder(text);
  let unreadable = 0;
  let inVain = 0;
  for (let at = afterSpace(text, 0); at < text.length;) {
    const { line, indent } = lineAt(at);
    if (unreadable === mostUnreadable) {
      parts.push(unreadablePart(line, text.slice(at), restUnread));
      break;
    }
    const limit = inVain < mostInVain ? text.length : lineEnd(text, at);
    const object = text[at] === '{' ? objectAt(text, at, limit) : { end: at };
    const piece = text.slice(at, 'end' in object ? object.end : at);
    const found = valueOf(piece);
    const next = found === undefined ? nextBeginning(text, at, indent, piece.length) : at + piece.length;
    if (found !== undefined) parts.push(documentPart(line, piece, found.value));
    else {
      unreadable += 1;
      if ('looked' in object) inVain += object.looked;
      const why = 'looked' in object && object.tooDeep ? nestedTooDeep(maximumDepth) : undefined;
      parts.push(unreadablePart(line, text.slice(at, next), why));
    }
    at = afterSpace(text, next);
  }
  return parts;
}

/** A part of which nothing can be read. */
export function unreadablePart(line: number, unreadable: string, problem?: string): TextPart {
  return { line, unreadable, problem: problem ?? `expected JSON, got ${quoted(unreadable)}` };
}

function documentPart(line: number, text: string, value: unknown): TextPart {
  try {
    return { line, document: toJson(value) };
  } catch (error) {
    if (!(error instanceof FindingParseError)) throw error;
    return unreadablePart(line, text, error.problem);
  }
}

/** The value, where the text is JSON. Of a key that stands twice in an object the last one counts, as everywhere in JavaScript. */
function valueOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    // V8's own message quotes the input unescaped.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** What may stand between documents: space, record separators (RFC 7464), the brackets and commas of a list around them. */
const between: ReadonlySet<string | undefined> = new Set([' ', '\t', '\r', '\n', '\ufeff', '\u001e', ',', '[', ']']);

function afterSpace(text: string, from: number): number {
  let at = from;
  while (between.has(text[at])) at += 1;
  return at;
}

/** Where the object ends that begins at `from`; where it is left open, how many characters were looked at. */
function objectAt(
  text: string,
  from: number,
  limit: number,
): { readonly end: number } | { readonly looked: number; readonly tooDeep: boolean } {
  let depth = 0;
  let at = from;
  for (; at < limit; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      if (end === undefined) break;
      at = end;
    } else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > maximumDepth) return { looked: at - from, tooDeep: true };
    } else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return { end: at + 1 };
    }
  }
  return { looked: at - from, tooDeep: false };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Where a text in quotes ends; undefined where its line does before it. */
function stringEnd(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') return at;
    if (character === '\n') return undefined;
    if (character === '\\') at += 1;
  }
  return undefined;
}

/** Whether the line that begins at `start` begins an object, no further in than `indent`. */
function beginsObject(text: string, start: number, indent: number): boolean {
  let at = start;
  while (at - start < indent && ' \t'.includes(text[at] ?? '\n')) at += 1;
  return text[at] === '{';
}

/** Where to go on after what cannot be read: the next line that begins an object, or the end of this one; after other text, the next brace. */
function nextBeginning(text: string, from: number, indent: number, length: number): number {
  if (text[from] !== '{') {
    const brace = text.indexOf('{', from);
    return brace === -1 ? text.length : brace;
  }
  const otherwise = length === 0 ? text.length : from + length;
  for (let at = from; at < otherwise; at += 1)
    if (text[at] === '\n' && beginsObject(text, at + 1, indent)) return at + 1;
  return otherwise;
}

/** Objects that begin further in than that are not told from what stands in them. */
const deepestIndent = 200;

/** Tells the lines of positions that only grow, from 1, and how far in their line they are; 0 where something stands before them. */
function lineFinder(text: string): (at: number) => { readonly line: number; readonly indent: number } {
  let line = 1;
  let start = 0;
  let next = text.indexOf('\n');
  return (at) => {
    while (next !== -1 && next < at) {
      line += 1;
      start = next + 1;
      next = text.indexOf('\n', start);
    }
    const indent = at - start;
    return { line, indent: indent > deepestIndent || text.slice(start, at).trim() !== '' ? 0 : indent };
  };
}
