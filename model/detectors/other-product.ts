import { nameKey } from './name-key.ts';

/** Products of SCC other than Cloud Run's that use the same display names, by the key of the name that they report under. */
const products: readonly { readonly key: string; readonly name: string }[] = [
  { key: 'containerthreatdetection', name: 'Container Threat Detection (GKE)' },
  { key: 'agentengine', name: 'Agent Engine Threat Detection' },
  { key: 'agentplatform', name: 'Agent Platform Threat Detection' },
  { key: 'virtualmachinethreatdetection', name: 'Virtual Machine Threat Detection' },
];

/**
 * The other product that a finding's `parentDisplayName` names, undefined where it names none: that of Cloud Run, Event Threat
 * Detection, a name that nobody knows, or nothing.
 */
export function otherProduct(parentDisplayName: string): string | undefined {
  const key = nameKey(parentDisplayName);
  if (key.includes('cloudrun')) return undefined;
  return products.find((product) => key.includes(product.key))?.name;
}
