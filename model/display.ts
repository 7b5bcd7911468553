/**
 * Characters that a terminal, a log or a page would act on or hide: controls (ANSI escapes begin with one), format characters
 * (bidi controls, zero-width, tags), line separators, lone surrogates, and what Unicode lets a renderer ignore.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** What a search attribute, an id or a query may hold of outside text by default: plain ASCII of at most 120 characters. */
const knownCharacters = /[A-Za-z0-9 _.:/()-]{1,120}/;

function visible(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return unseen.test(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character;
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The mark that stands where text was cut: how many characters (code points) are missing. */
function cutMark(missing: number): string {
  return ` …[cut, ${missing} more]`;
}

/** The first `limit` characters (code points) of a text as it is, with a mark where it was cut. Not safe to show: see `plain`. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  let kept = 0;
  for (const character of text) {
    if (kept === limit) return text.slice(0, end) + cutMark(characters(text.slice(end)));
    kept += 1;
    end += character.length;
  }
  return text;
}

/**
 * Outside text made safe for a terminal, a log line or JSON: whatever could move the cursor, reorder or hide is shown as an escape such
 * as `\u{1b}`, line breaks and tabs as `\n` and `\t`. At most `limit` characters are shown (escapes count as they are shown), then a mark.
 */
export function plain(text: string, limit: number): string {
  let shown = '';
  let length = 0;
  let read = 0;
  for (const character of text) {
    const next = visible(character);
    const nextLength = next === character ? 1 : next.length;
    if (length + nextLength > limit) return shown + cutMark(characters(text.slice(read)));
    shown += next;
    length += nextLength;
    read += character.length;
  }
  return shown;
}

/** The text where all of it matches the grammar, else `other`: what search attributes may hold of outside text. */
export function searchValue(text: string, grammar: RegExp = knownCharacters): string {
  return new RegExp(`^(?:${grammar.source})$`, grammar.flags.replace(/[gmy]/g, '')).test(text) ? text : 'other';
}
