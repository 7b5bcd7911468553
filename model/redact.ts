import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** What stands where an environment value was. */
export const removed = '[removed]';

/** Keys whose values are variables with a name each (`processes[].envVariables`). */
const variableList = /^env[_-]?var(?:iable)?s?$/i;

/** Keys whose values hold variables in any form (`sourceProperties.Environment_Variables`). */
const environment = /environment[ _-]?variables?/i;

/** One variable without its value. A name may itself be written `NAME=value`. */
function redactVariable(variable: Json): Json {
  if (!isJsonObject(variable)) return removed;
  return Object.fromEntries(
    Object.entries(variable).map(([key, value]) => [
      key,
      key === 'name' && typeof value === 'string' ? value.replace(/(?:=|\\u003d)[^]*$/i, '') : removed,
    ]),
  );
}

/** True for a key under which variables stand. A mark or label `env: prod` is none: bare `env` counts where it holds more than a text. */
function holdsVariables(key: string, value: Json): boolean {
  return variableList.test(key) || (/^env$/i.test(key) && typeof value === 'object');
}

function redactEntry(key: string, value: Json): Json {
  if (typeof value === 'boolean' || value === null) return value;
  if (environment.test(key)) return removed;
  if (!holdsVariables(key, value)) return redact(value);
  if (Array.isArray(value)) return value.map(redactVariable);
  // An object is one variable, or a map in which every member is one; `name` can be a variable's name in the latter.
  return isJsonObject(value) && Object.hasOwn(value, 'val') ? redactVariable(value) : removed;
}

/** `redact` for an object. Where it is one entry of a map written as a list, `{key, value}`, its `value` goes by its `key`. */
export function redactObject(object: JsonObject): JsonObject {
  const mapKey = Object.hasOwn(object, 'key') ? object['key'] : undefined;
  return Object.fromEntries(
    Object.entries(object).map(([key, value = null]) => [
      key,
      redactEntry(key === 'value' && typeof mapKey === 'string' ? mapKey : key, value),
    ]),
  );
}

/**
 * A copy of a document with all environment values replaced by `[removed]`, wherever they stand; names are kept. Values can be the
 * customer's live secrets, so nothing is written anywhere before this.
 */
export function redact(document: Json): Json {
  if (Array.isArray(document)) return document.map((element: Json) => redact(element));
  return isJsonObject(document) ? redactObject(document) : document;
}
