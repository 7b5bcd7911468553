import type { Area, Claim } from './claim.ts';
import { updateClaims } from './areas/cloud-run-updates.ts';
import { pubsub } from './areas/pubsub.ts';
import { virusTotal } from './areas/virustotal.ts';

/** All that the engine and the sandbox rest on, in the order of the page. */
export const areas: readonly Area[] = [
  pubsub,
  virusTotal,
  { title: 'Cloud Run Admin (`google.cloud.run.v2`)', claims: [...updateClaims], own: [] },
];

/** Every claim of every area. */
export const allClaims: readonly Claim[] = areas.flatMap(({ claims }) => claims);
