import type { ObservedPart, Sealed } from '../../model/observation.ts';
import type { CaseFile } from '../case-file.ts';

/** Keeps the signature of an answer for what it is about, so that others can check it; answers what was signed. */
export function unsealed<T>(file: CaseFile, parts: readonly ObservedPart[], { value, seal }: Sealed<T>): T {
  file.seals = { ...file.seals, ...Object.fromEntries(parts.map((part) => [part, seal])) };
  return value;
}
