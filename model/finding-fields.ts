import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** An own property under its lowerCamelCase name or, as the console's JSON tab writes resources, under its snake_case name. */
export function field(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(object, snake) ? object[snake] : undefined;
}

/** A field as an object; an empty one where it is missing, null, or the `[]` that some exports write for an empty map. */
export function objectField(object: JsonObject, name: string): JsonObject {
  const value = field(object, name);
  return isJsonObject(value) ? value : {};
}

/** The objects in a list field; a single object counts as a list of one. */
export function objectsField(object: JsonObject, name: string): readonly JsonObject[] {
  const value = field(object, name);
  if (isJsonObject(value)) return [value];
  return Array.isArray(value) ? value.filter((element) => isJsonObject(element)) : [];
}

/** A text as it is; numbers and booleans as JSON writes them; empty for anything else. */
export function asText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A text field, empty where it is missing. */
export function textField(object: JsonObject, name: string): string {
  return asText(field(object, name));
}

/** The texts in a list field, empty ones left out; a single text counts as a list of one. */
export function textsField(object: JsonObject, name: string): readonly string[] {
  const value = field(object, name);
  const list: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
  return list.map(asText).filter((text) => text !== '');
}

/** A whole number above zero, written as a number or (int64 in proto3 JSON) as a text; zero is proto3's "not set". */
export function positive(value: Json | undefined): string | undefined {
  const text = asText(value);
  return /^[0-9]{1,19}$/.test(text) && !/^0+$/.test(text) ? text : undefined;
}

/** A TCP or UDP port, 1 to 65535. */
export function port(value: Json | undefined): number | undefined {
  const number = Number(positive(value) ?? 0);
  return number >= 1 && number <= 65_535 ? number : undefined;
}

/** The entries of a map, written as an object or as a list of `{key, value}`. */
export function mapEntries(value: Json | undefined): readonly (readonly [string, Json])[] {
  const entries: (readonly [string, Json])[] = [];
  if (Array.isArray(value)) {
    for (const element of value) {
      if (!isJsonObject(element) || !Object.hasOwn(element, 'value')) continue;
      entries.push([textField(element, 'key'), element['value'] ?? null]);
    }
  } else if (isJsonObject(value)) {
    for (const [key, element] of Object.entries(value)) entries.push([key, element ?? null]);
  }
  return entries;
}
