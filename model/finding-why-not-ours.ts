import { otherProduct } from './detectors/other-product.ts';
import { plain } from './display.ts';
import type { Finding } from './finding.ts';

/**
 * Why a finding is not for Firebreak, in words safe to show; undefined for a Cloud Run threat. Judged by resource, product and class,
 * never by category: the same display names are used for GKE and Agent Engine, and categories are added.
 */
export function whyNotOurs(finding: Finding): string | undefined {
  if (!finding.resource) {
    const name = finding.resourceName === '' ? 'a finding without a resource' : plain(finding.resourceName, 120);
    return `not a Cloud Run service, job, worker pool or instance: ${name}`;
  }
  const product = otherProduct(finding.parentDisplayName);
  if (product !== undefined) return `reported by another product: ${product}`;
  const findingClass = finding.findingClass.toUpperCase();
  if (findingClass !== 'THREAT' && findingClass !== unspecified) {
    return `not a threat: findingClass is ${plain(finding.findingClass, 80)}`;
  }
  return undefined;
}

const unspecified = 'FINDING_CLASS_UNSPECIFIED';
