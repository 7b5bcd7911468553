import { FindingParseError } from './finding-error.ts';
import type { Json } from './json.ts';

/** How deeply a document may be nested. SCC's own documents stay below 15 levels. */
export const maximumDepth = 64;

/** That a document is nested more deeply than that. */
export function nestedTooDeep(depth: number): string {
  return `nested more than ${depth} levels deep`;
}

/**
 * A copy of a value as JSON that has a canonical form: own properties only (a key `__proto__` stays a key), lone surrogates replaced by
 * U+FFFD, what JSON cannot hold left out (null in lists). Throws a FindingParseError where it is nested deeper than `depth` levels.
 */
export function toJson(value: unknown, depth = maximumDepth): Json {
  return copy(value, depth, () => new FindingParseError('', nestedTooDeep(depth)));
}

function copy(value: unknown, levels: number, tooDeep: () => Error): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return null;
  if (levels === 0) throw tooDeep();
  if (Array.isArray(value)) return Array.from(value, (element: unknown) => copy(element, levels - 1, tooDeep));
  const members = Object.entries(value).filter(
    ([, member]) => !['undefined', 'function', 'symbol'].includes(typeof member),
  );
  return Object.fromEntries(members.map(([key, member]) => [key.toWellFormed(), copy(member, levels - 1, tooDeep)]));
}
