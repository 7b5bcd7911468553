import type { ServiceDescription } from '../cloud-run/seed.ts';
import { addedMaliciousBinary, reverseShell } from './checkout-findings.ts';
import type { FindingWithResource } from './findings.ts';
import { analysisStats, hashes } from './indicators.ts';
import type { ReputationAnswer } from './indicators.ts';
import { remoteCommandExecution } from './resizer-findings.ts';
import { checkout, checkoutService, project, resizer, resizerService } from './services.ts';

/** A message as SCC publishes it: JSON of securitycenter.v2.NotificationMessage. */
export interface NotificationMessage extends FindingWithResource {
  readonly notificationConfigName: string;
}

/** The services of the demonstration; `now` in milliseconds since the epoch. */
export function demonstrationServices(now: number): ServiceDescription[] {
  return [checkoutService(now), resizerService(now)];
}

/** The findings: two are published, and one more is only there to be found in SCC. */
export function demonstrationFindings(now: number): {
  readonly published: NotificationMessage[];
  readonly alsoInScc: FindingWithResource[];
} {
  const notificationConfigName = `organizations/${project.organization}/locations/global/notificationConfigs/firebreak`;
  return {
    published: [reverseShell(now), remoteCommandExecution(now)].map((found) => ({ notificationConfigName, ...found })),
    alsoInScc: [addedMaliciousBinary(now)],
  };
}

/** What VirusTotal knows: a malicious file, a suspicious address, harmless ones. It does not know `hashes.plugin`. */
export function demonstrationReputation(): ReputationAnswer[] {
  const analysed = Date.UTC(2026, 10, 18, 6) / 1000;
  return [
    {
      kind: 'files',
      id: hashes.dropper,
      attributes: {
        sha256: hashes.dropper,
        size: 48_216,
        type_description: 'ELF',
        meaningful_name: 'upd',
        names: ['upd', 'kworkerd'],
        reputation: -67,
        last_analysis_date: analysed,
        last_analysis_stats: analysisStats({ malicious: 48, suspicious: 1, undetected: 19, harmless: 0 }, 'files'),
        popular_threat_classification: {
          suggested_threat_label: 'trojan.invented/reverseshell',
          popular_threat_category: [{ value: 'trojan', count: 31 }],
          popular_threat_name: [{ value: 'reverseshell', count: 12 }],
        },
      },
    },
    harmlessFile(hashes.bash, 'bash', analysed),
    harmlessFile(hashes.dash, 'dash', analysed),
    {
      kind: 'ip_addresses',
      id: checkout.remote.ip,
      attributes: {
        as_owner: 'Example Hosting',
        asn: 64_496,
        country: 'ZZ',
        network: '203.0.113.0/24',
        reputation: -4,
        last_analysis_date: analysed,
        last_analysis_stats: analysisStats(
          { malicious: 0, suspicious: 3, undetected: 30, harmless: 58 },
          'ip_addresses',
        ),
      },
    },
    {
      kind: 'ip_addresses',
      id: resizer.remote.ip,
      attributes: {
        as_owner: 'Example Cloud',
        asn: 64_497,
        country: 'ZZ',
        network: '198.51.100.0/24',
        reputation: 0,
        last_analysis_date: analysed,
        last_analysis_stats: analysisStats(
          { malicious: 0, suspicious: 0, undetected: 27, harmless: 64 },
          'ip_addresses',
        ),
      },
    },
  ];
}

function harmlessFile(sha256: string, name: string, analysed: number): ReputationAnswer {
  return {
    kind: 'files',
    id: sha256,
    attributes: {
      sha256,
      type_description: 'ELF',
      meaningful_name: name,
      names: [name],
      reputation: 12,
      last_analysis_date: analysed,
      last_analysis_stats: analysisStats({ malicious: 0, suspicious: 0, undetected: 70, harmless: 0 }, 'files'),
    },
  };
}
