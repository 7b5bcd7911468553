import type { Finding } from '../finding.ts';
import { detectors } from './catalogue.ts';
import type { Detector } from './detector.ts';
import { nameKey } from './name-key.ts';
import { otherProduct } from './other-product.ts';

/** A name without what stands in brackets at its end: the number of a vulnerability, which pages leave out at times. */
function withoutBrackets(name: string): string {
  return name.replace(/ \([^()]*\)$/, '');
}

function keysOf({ displayName, apiName, aliases }: Detector): readonly string[] {
  const names = [displayName, withoutBrackets(displayName), ...aliases, apiName, apiName.replace(/^CLOUD_RUN_/, '')];
  return names.map(nameKey);
}

const byKey = new Map(detectors.flatMap((detector) => keysOf(detector).map((key) => [key, detector] as const)));

/**
 * The detector that a name stands for, in any of the spellings that Google's pages, exports and modules use; undefined for any other
 * text. The same names are used for GKE and Agent Engine: for a finding, ask `matchDetector`.
 */
export function detectorNamed(name: string): Detector | undefined {
  return byKey.get(nameKey(name));
}

/**
 * The detector that a finding of this category comes from: by its category or, where that says nothing, by its module. Undefined where
 * the finding is not about a Cloud Run resource, is another product's, or comes from a detector outside the catalogue.
 */
export function matchDetector(
  category: string,
  { resource, parentDisplayName, moduleName }: Pick<Finding, 'resource' | 'parentDisplayName' | 'moduleName'>,
): Detector | undefined {
  if (!resource || otherProduct(parentDisplayName) !== undefined) return undefined;
  return detectorNamed(category) ?? detectorNamed(lastSegment(moduleName));
}

/** Where a module is written as a path, its own name stands last. */
function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
