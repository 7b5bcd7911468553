import { isEnvironmentKey, isPlaceLabel, isVariablesKey } from './environment-keys.ts';
import { FindingParseError } from './finding-error.ts';
import { toJson } from './finding-json.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { isKeptValue } from './kept-values.ts';
import { isEnvironmentBlock, redactTexts, removed, textsIn, withTexts } from './redact-texts.ts';
import { isSecretKey } from './secret-keys.ts';
import { markAt, markOf } from './secret-mark.ts';
import { maskText } from './secrets.ts';

/** One variable without its value. A name may itself be written `NAME=value`. */
function redactVariable(variable: Json): Json {
  if (!isJsonObject(variable)) return removed;
  return Object.fromEntries(
    Object.entries(variable).map(([key, value]) => [
      key,
      key === 'name' && typeof value === 'string' ? maskText(value.replace(/(?:=|\\u003d)[^]*$/i, '')) : removed,
    ]),
  );
}

/** Variables without their values. An object is one variable, or a map in which every member is one; `name` can be a variable's name in the latter. */
function redactVariables(value: Json): Json {
  if (Array.isArray(value)) return value.map(redactVariable);
  return isJsonObject(value) && Object.hasOwn(value, 'val') ? redactVariable(value) : removed;
}

function redactEntry(key: string, value: Json, around: JsonObject): Json {
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'string' && isKeptValue(key, value)) return value;
  if (isEnvironmentKey(key)) {
    if (typeof value === 'object' && !/environment[ _-]?variables?/i.test(key)) return redactVariables(value);
    const label =
      !isVariablesKey(key) && (typeof value === 'number' || (typeof value === 'string' && isPlaceLabel(key, value)));
    return label ? value : removed;
  }
  if (isSecretKey(key)) return maskValue(value, () => markOf(JSON.stringify(around)));
  if (typeof value === 'string') return redactText(value);
  if (!Array.isArray(value)) return redact(value);
  return redactList(value, key, programOf(around));
}

function redactText(text: string): string {
  if (isEnvironmentBlock(text)) return removed;
  const json = jsonIn(text);
  if (json === undefined) return maskText(text);
  const before = JSON.stringify(json);
  const after = JSON.stringify(redact(json));
  return before === after ? text : after;
}

/** A text that is a whole object or list in JSON, as programs log it. */
function jsonIn(text: string): Json | undefined {
  if (!/^\s{0,8}[[{]/.test(text)) return undefined;
  try {
    return toJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof FindingParseError) return undefined;
    throw error;
  }
}

/** Which program has these arguments: a process's binary, or its name. */
function programOf({ binary, name }: JsonObject): string {
  const path = binary !== undefined && isJsonObject(binary) ? binary['path'] : undefined;
  return [path, name].filter((text) => typeof text === 'string').find((text) => text !== '') ?? '';
}

function redactList(list: readonly Json[], key = '', program = ''): Json {
  const texts = textsIn(list);
  return texts === undefined ? list.map(redact) : withTexts(list, redactTexts(key, texts, program));
}

/** The kinds of google.protobuf.Value, and the members of a pair: what stands in them stands under the key around them. */
const wrapper = /^(?:string_?value|number_?value|list_?value|values?|val)$/i;

/** What stands under a secret's name. Of an object only what wraps the value: `secret: {type, filePath}` says what was found where. */
function maskValue(value: Json, mark: () => string): Json {
  if (Array.isArray(value)) return value.map((element: Json) => maskValue(element, mark));
  if (typeof value === 'string') return value === '' || markAt(value, 0) === value.length ? value : mark();
  if (typeof value === 'number') return mark();
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element = null]) => [
      key,
      wrapper.test(key) ? maskValue(element, mark) : redactEntry(key, element, value),
    ]),
  );
}

/**
 * `redact` for an object. Where it is one entry of a map written as a list, `{key, value}`, its `value` goes by its `key`; that of
 * `{name, value}` goes by a name that says that it is a secret.
 */
export function redactObject(object: JsonObject): JsonObject {
  const { key: mapKey, name } = object;
  const named = typeof mapKey === 'string' ? mapKey : typeof name === 'string' && isSecretKey(name) ? name : undefined;
  return Object.fromEntries(
    Object.entries(object).map(([key, value = null]) => [
      key,
      redactEntry(named !== undefined && wrapper.test(key) ? named : key, value, object),
    ]),
  );
}

/**
 * A copy of a document without environment values, which are replaced by `[removed]` wherever they stand (names are kept), and with all else
 * that looks like a secret masked (see `maskSecrets`). Either can be live, so nothing is written anywhere before this.
 */
export function redact(document: Json): Json {
  if (typeof document === 'string') return redactText(document);
  if (Array.isArray(document)) return redactList(document);
  return isJsonObject(document) ? redactObject(document) : document;
}
