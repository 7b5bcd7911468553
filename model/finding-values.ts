import { field, mapEntries } from './finding-fields.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

const kinds = ['stringValue', 'numberValue', 'boolValue', 'nullValue', 'structValue', 'listValue'];

/** The name of the one kind that a google.protobuf.Value written as an object holds, undefined where it is an ordinary object. */
function kindOf(value: JsonObject): string | undefined {
  const named = value['kind'];
  if (typeof named === 'string' && kinds.includes(named) && field(value, named) !== undefined) return named;
  const keys = Object.keys(value);
  return keys.length === 1 ? kinds.find((kind) => field(value, kind) !== undefined) : undefined;
}

/** A value as plain JSON, also where it came as google.protobuf.Value (`{kind: 'stringValue', stringValue: …}`), to any depth. */
function unwrapValue(value: Json): Json {
  if (Array.isArray(value)) return value.map((element: Json) => unwrapValue(element));
  if (!isJsonObject(value)) return value;
  const kind = kindOf(value);
  const held = kind === undefined ? undefined : (field(value, kind) ?? null);
  if (kind === 'nullValue') return null;
  if (kind === 'structValue') return isJsonObject(held) ? unwrapMap(field(held, 'fields')) : {};
  if (kind === 'listValue') {
    const values = isJsonObject(held) ? field(held, 'values') : held;
    return Array.isArray(values) ? values.map((element: Json) => unwrapValue(element)) : [];
  }
  return held ?? unwrapMap(value);
}

/** A map whose values may be google.protobuf.Value; empty for `[]`, null or nothing. */
export function unwrapMap(value: Json | undefined): JsonObject {
  return Object.fromEntries(mapEntries(value).map(([key, element]) => [key, unwrapValue(element)]));
}

/**
 * The text behind a "JSON encoded string" (process.proto, file.proto: args, path, contents, names): decoded where it is a JSON string
 * literal or holds `\uXXXX` escapes, else as it is. Text only, never evaluated.
 */
export function decodeText(text: string): string {
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) return fromLiteral(text) ?? text;
  if (!/\\u[0-9a-fA-F]{4}/.test(text)) return text;
  return (fromLiteral(`"${text}"`) ?? text.replace(/\\u([0-9a-fA-F]{4})/g, fromEscape)).toWellFormed();
}

function fromEscape(_: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function fromLiteral(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value.toWellFormed() : undefined;
  } catch {
    return undefined; // not a literal: the caller keeps the text
  }
}
