/** What a terminal would act on or hide: controls, format characters (bidi, zero-width), separators, lone surrogates, ignorable ones. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON, indented, that is also safe to show: what a terminal would act on stands as \uXXXX. It parses to the same value. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(unsafe, (character) =>
    character === '\n' ? character : escaped(character),
  );
}

/** One \uXXXX a UTF-16 unit, as JSON has it. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
