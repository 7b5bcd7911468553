import { isJsonObject, type Json } from './json.ts';
import { maskArguments } from './secrets.ts';

/** What stands where an environment value was. */
export const removed = '[removed]';

/** An environment in one text, as the kernel hands it out: `NAME=value`, ended by NUL. */
const block = /\0[A-Z_a-z]\w{0,127}=/;

/** Whether a text is a whole environment. */
export function isEnvironmentBlock(text: string): boolean {
  return block.test(text);
}

/** The texts of a list, also where each is a google.protobuf.Value; undefined where something else is among them. */
export function textsIn(list: readonly Json[]): readonly string[] | undefined {
  const texts = list.map((element) => (isJsonObject(element) ? element['stringValue'] : element));
  const known = texts.filter((text) => typeof text === 'string');
  return known.length === list.length ? known : undefined;
}

/** The same list with other texts. */
export function withTexts(list: readonly Json[], texts: readonly string[]): Json {
  return list.map((element, index): Json => {
    const text = texts[index] ?? '';
    return isJsonObject(element) ? { ...element, stringValue: text } : text;
  });
}

/** The texts of a list under a key; `program` is what has them as its arguments, if they are. */
export function redactTexts(key: string, texts: readonly string[], program: string): readonly string[] {
  if (isVariableList(key, texts)) return texts.map(() => removed);
  return maskArguments(texts, program).map((text) => (isEnvironmentBlock(text) ? removed : text));
}

/** Texts `NAME=value`, two or more, are an environment under whatever key; arguments such as those of `env` are masked one by one. */
function isVariableList(key: string, texts: readonly string[]): boolean {
  return (
    texts.length > 1 && !/^(?:arg|command|cmd)/i.test(key) && texts.every((text) => /^[A-Z_a-z]\w{0,127}=/.test(text))
  );
}
