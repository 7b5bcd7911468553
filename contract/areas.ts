import type { Area, Claim } from './claim.ts';
import { cloudLogging } from './areas/cloud-logging.ts';
import { cloudMonitoring } from './areas/cloud-monitoring.ts';
import { cloudRun } from './areas/cloud-run.ts';
import { cloudScheduler, resourceManager, serviceUsage } from './areas/other-apis.ts';
import { pubsub } from './areas/pubsub.ts';
import { demonstration, kernel, traps } from './areas/sandbox.ts';
import { securityCommandCenter } from './areas/security-command-center.ts';
import { virusTotal } from './areas/virustotal.ts';

/** All that the engine and the sandbox rest on, in the order of the page. */
export const areas: readonly Area[] = [
  kernel,
  pubsub,
  securityCommandCenter,
  virusTotal,
  ...cloudRun,
  traps,
  cloudLogging,
  cloudMonitoring,
  resourceManager,
  serviceUsage,
  cloudScheduler,
  demonstration,
];

/** Every claim of every area. */
export const allClaims: readonly Claim[] = areas.flatMap(({ claims }) => claims);
