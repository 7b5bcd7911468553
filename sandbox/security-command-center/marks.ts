import { isJsonObject, valueAt } from '../kernel/json.ts';
import type { JsonObject } from '../kernel/json.ts';
import { invalidArgument } from '../kernel/refuse.ts';

const keyPattern = /^[A-Za-z0-9_-]{1,256}$/;

/** A finding's mark; keys are case insensitive (security_marks.proto). */
export function markOf(finding: JsonObject, key: string): string | undefined {
  const entry = Object.entries(marksOf(finding)).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return entry?.[1];
}

/** All marks of a finding. */
export function marksOf(finding: JsonObject): Record<string, string> {
  const marks = valueAt(finding, 'securityMarks', 'marks');
  if (!isJsonObject(marks)) return {};
  return Object.fromEntries(
    Object.entries(marks).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/**
 * The marks after an UpdateSecurityMarks: `marks.<key>` in the mask sets that mark, or deletes it where the request has no value; an empty
 * mask or `marks` replaces all. Throws StatusError INVALID_ARGUMENT. Source: UpdateSecurityMarksRequest, security_marks.proto; the deletion
 * is documented for the v1 client libraries.
 */
export function updatedMarks(
  current: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
  mask: readonly string[],
): Record<string, string> {
  const wanted = new Map(Object.entries(given).map(([key, value]) => [key.toLowerCase(), checkedMark(key, value)]));
  if (mask.length === 0 || mask.includes('marks')) return Object.fromEntries(wanted.values());
  if (new Set(mask).size < mask.length) throw invalidArgument('the update mask has a field twice');
  const result = new Map(Object.entries(current).map((entry) => [entry[0].toLowerCase(), entry]));
  for (const path of mask) {
    if (!path.startsWith('marks.'))
      throw invalidArgument(`the update mask may have "marks" or "marks.KEY", not ${JSON.stringify(path)}`);
    const key = path.slice('marks.'.length).toLowerCase();
    const mark = wanted.get(key);
    if (mark === undefined) result.delete(key);
    else result.set(key, mark);
  }
  return Object.fromEntries(result.values());
}

function checkedMark(key: string, value: string): [string, string] {
  if (!keyPattern.test(key))
    throw invalidArgument(
      `the mark's key ${JSON.stringify(key)} must be 1 to 256 letters, numbers, underscores or dashes`,
    );
  const trimmed = value.trim();
  if (trimmed.length < 1 || trimmed.length > 4096)
    throw invalidArgument(`the value of the mark ${key} must be 1 to 4096 characters`);
  return [key, trimmed];
}
