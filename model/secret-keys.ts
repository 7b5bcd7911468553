import { isEnvironmentKey, isPlaceLabel } from './environment-keys.ts';
import type { Span } from './secret-forms.ts';
import { bracketEnd, valueSpan } from './secret-values.ts';

/** Words of a name whose value is a secret. */
const words =
  /pass(?:word|wd|phrase|code)|pwd|secret|token|credential|authorization|cookie|session[_-]?id|connection[_-]?string|(?:access|account|api|auth|client|encryption|license|master|private|session|shared|signing|subscription)[_.-]?key|(?<![A-Za-z])(?:auth|pass|pw|sig)(?![A-Za-z])/gi;

/** Too short to mean a secret in front of a colon, as in prose. */
const weak = /^(?:auth|pass|pw|sig)$/i;

/** What stands under such a name says where a secret is, or what kind it is. */
const reference = /(?:arn|count|endpoint|file|keyid|key[_-]id|name|path|ref|ttl|type|ur[il]|version)s?$/i;

const restOfName = /[\w-]{0,40}/y;
const separator = /(?:\\{0,8}["'`\]]){0,3}[ \t]{0,8}(=>|:=|={1,3}|:|%3[ad])[ \t]{0,8}/iy;
const space = /[ \t]{1,8}(?!-)/y;
/** Between two arguments of a list that is written out. */
const nextArgument = /\\{0,8}["'][ \t]{0,4},\s{0,4}(?=\\{0,8}["'](?!-))/y;
const quotedName = /["']([\w .-]{0,30}env[\w .-]{0,30})\\{0,8}["'][ \t]{0,8}:\s{0,8}(?=[\\"'[{])/gi;
/** Letters of a name before the word, as many as are looked at. */
const longestStart = 64;

/** Whether a name says that a secret stands under it: `DB_PASSWORD`, `x-api-key`; not `token_uri`, `PASSWORD_FILE`. */
export function isSecretKey(name: string): boolean {
  return name.length <= 200 && name.search(words) !== -1 && !reference.test(name);
}

/** Values of names that say so: `key=value`, `"key": "value"`, `--key value`, `<key>value</key>`, headers, and environments in JSON. */
export function keySpans(text: string): Span[] {
  const spans: Span[] = [];
  let read = 0;
  for (const match of text.matchAll(words)) {
    // What stands within a value is masked with it.
    if (match.index < read) continue;
    const span = spanOf(text, match.index, match[0]);
    if (span === undefined) continue;
    spans.push(span);
    read = span[1];
  }
  return [...spans, ...environmentSpans(text)];
}

function spanOf(text: string, at: number, word: string): Span | undefined {
  restOfName.lastIndex = at + word.length;
  const end = at + word.length + (restOfName.exec(text)?.[0].length ?? 0);
  const start = startOfName(text, at);
  const name = text.slice(start, end);
  // Where a directory is, as a shell has it.
  if (reference.test(name) || (/^(?:OLD)?PWD$/.test(name) && text.startsWith('=/', end))) return undefined;
  const before = text[start - 1] ?? '';
  if (before === '<' && text[end] === '>') return upTo(text, end + 1, '<');
  separator.lastIndex = end;
  const found = separator.exec(text);
  if (found === null) {
    const gap = name.startsWith('-') ? gapAfter(text, end) : null;
    return gap === null ? undefined : valueSpan(text, end + gap[0].length, name, before);
  }
  const colon = found[1] === ':';
  const bare = colon && found[0] === ':' && !/^\\{0,8}["'`]/.test(text.slice(end + 1, end + 10));
  // `host/token-service:8080` and `gcr.io/p/token-service:1.2` name no secret.
  if ((bare && /[/@]/.test(before)) || (colon && weak.test(name) && /^[ \t:]/.test(found[0]))) return undefined;
  return valueSpan(text, end + found[0].length, name, before);
}

function gapAfter(text: string, end: number): RegExpExecArray | null {
  space.lastIndex = end;
  nextArgument.lastIndex = end;
  return space.exec(text) ?? nextArgument.exec(text);
}

function startOfName(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < longestStart && /[\w.-]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

function upTo(text: string, start: number, sign: string): Span | undefined {
  const end = text.indexOf(sign, start);
  const line = text.slice(start, end === -1 ? text.length : end).search(/[\r\n]/);
  return end === -1 || end === start || line !== -1 ? undefined : [start, end];
}

function environmentSpans(text: string): Span[] {
  const spans: Span[] = [];
  let read = 0;
  for (const match of text.matchAll(quotedName)) {
    const start = match.index + match[0].length;
    const key = match[1] ?? '';
    if (start < read || !isEnvironmentKey(key)) continue;
    const span: Span | undefined = /[[{]/.test(text.charAt(start))
      ? [start, bracketEnd(text, start)]
      : valueSpan(text, start, '', '');
    if (span === undefined || isPlaceLabel(key, text.slice(...span))) continue;
    spans.push(span);
    read = span[1];
  }
  return spans;
}
