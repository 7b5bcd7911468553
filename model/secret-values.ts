import type { Span } from './secret-forms.ts';
import { markAt } from './secret-mark.ts';

const authentication = /(?:ApiKey|Basic|Bearer|Digest|Negotiate|Token)[ \t]{1,4}/iy;
const opening = /[bBfFrRuU$@]{0,2}(\\{0,8})(["'`])/y;
const list = /\[\s{0,8}[\\"'[{]/y;
/** What a shell or a template puts there later, what opens a structure, and what stands for no value. */
const noSecret = /\$[({]|\{[\s"'\\{]|\{$|(?:null|true|false|none|undefined|nil)(?![\w-])/iy;
const otherName = /,\s{0,8}\\{0,8}["']?[\w.-]{1,64}\\{0,8}["']?\s{0,8}[:=]/y;
const header = /authorization|cookie/i;

/** The value that begins there, without its quotes; undefined where it holds no secret. `before` stands before its name. */
export function valueSpan(text: string, start: number, name: string, before: string): Span | undefined {
  const from = start + (found(authentication, text, start)?.[0].length ?? 0);
  if (found(list, text, from) !== null) return [from, bracketEnd(text, from)];
  const quote = found(opening, text, from);
  if (quote !== null) {
    const first = from + quote[0].length;
    const end = quoteEnd(text, first, quote[1]?.length ?? 0, quote[2] ?? '');
    // A command whose output is taken, as a shell has it.
    const command = quote[2] === '`' && /\s/.test(text.slice(first, end));
    return end === first || command ? undefined : [first, end];
  }
  if (found(noSecret, text, from) !== null) return undefined;
  const end = header.test(name) ? headerEnd(text, from, before) : wordEnd(text, from);
  return end === from ? undefined : [from, end];
}

function found(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** Whether a quote after so many backslashes ends what began with a quote after `level` of them. */
function closes(backslashes: number, level: number): boolean {
  return backslashes < level || backslashes % (2 * (level + 1)) === level;
}

/** Up to the closing quote; a quoted secret ends with its line. */
function quoteEnd(text: string, start: number, level: number, quote: string): number {
  let backslashes = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r') return at;
    if (character === quote && closes(backslashes, level)) return at - Math.min(backslashes, level);
    backslashes = character === '\\' ? backslashes + 1 : 0;
  }
  return text.length;
}

/** A header goes to the end of its line, or of the quotes that it begins in. */
function headerEnd(text: string, start: number, before: string): number {
  const quoted = before === '"' || before === "'" || before === '`';
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r' || (quoted && character === before)) return at;
  }
  return text.length;
}

function wordEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    at += markAt(text, at);
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === '\0' || /[\s"'`&;|<>]/.test(character)) return at;
    if (character === '\\' && /["'nrt]/.test(next)) return at;
    if (character === ',' && (/^\s?$/.test(next) || found(otherName, text, at) !== null)) return at;
  }
  return text.length;
}

/** The end of the list or object that begins there; of the text where it is cut off. Quotes hide brackets. */
export function bracketEnd(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  let level: number | undefined;
  let backslashes = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === quote && closes(backslashes, level ?? 0)) quote = '';
    } else if (character === '"' || character === "'") {
      quote = character;
      level ??= backslashes;
    } else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    backslashes = character === '\\' ? backslashes + 1 : 0;
  }
  return text.length;
}
