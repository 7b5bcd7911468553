import type { ObservedPart, Sealed } from '../../model/observation.ts';
import type { Investigation } from '../../model/investigation.ts';
import type { CaseFile } from '../case-file.ts';

/**
 * Keeps the signature of an answer for what it is about, so that others can check it; answers what was signed. Where a newer investigation has
 * taken over (`of` is another one), its signatures stand.
 */
export function unsealed<T>(
  file: CaseFile,
  parts: readonly ObservedPart[],
  { value, seal }: Sealed<T>,
  of: Investigation | null = file.investigation,
): T {
  if (file.investigation !== of) return value;
  file.seals = { ...file.seals, ...Object.fromEntries(parts.map((part) => [part, seal])) };
  return value;
}
