import type { CloudRunResource } from '../finding.ts';

/** What kind of threat a detector speaks of. Our own grouping: the playbook of the same name answers a family. */
export const detectorFamilies = [
  'reverse-shell',
  'remote-command',
  'malicious-binary',
  'built-in-malicious-binary',
  'malicious-script',
  'malicious-url',
  'cryptomining',
  'cryptomining-image',
  'credential-access',
  'container-escape',
  'privilege-escalation',
  'exfiltration',
  'defence-evasion',
  'destruction',
  'default-account-policy',
] as const;

/** One of `detectorFamilies`. */
export type DetectorFamily = (typeof detectorFamilies)[number];

/** The kinds of resource that detectors are documented for. A finding that names an instance is answered all the same. */
type WatchedKind = Exclude<CloudRunResource['kind'], 'instance'>;

/** The kinds of resource that a runtime detector watches. Source: Cloud Run release notes of 2026-04-14 for worker pools. */
export const everyKind: readonly WatchedKind[] = ['service', 'job', 'workerPool'];

/** A detector of Security Command Center for Cloud Run. What Google documents stands apart from what we think. */
export interface Detector {
  /** What `finding.category` carries. */
  readonly displayName: string;
  /** The module's name, which some exports and write-ups use for the category. */
  readonly apiName: `CLOUD_RUN_${string}`;
  /** Other display names that Google's pages use for it. */
  readonly aliases: readonly string[];
  /** `runtime` (Cloud Run Threat Detection) watches the container, `control-plane` (Event Threat Detection) the audit logs. */
  readonly plane: 'runtime' | 'control-plane';
  /** The kinds of resource that it can name. */
  readonly resources: readonly WatchedKind[];
  /** What Google's pages on Cloud Run say. A finding's own severity and techniques go before these. */
  readonly documented: {
    readonly severity?: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
    /** ATT&CK ids; empty where the page names none, or was not read. */
    readonly techniques: readonly string[];
    /** Set where it cannot be enabled in a location with data residency. */
    readonly dataResidency?: 'unavailable';
    /** The audit log that a control-plane detector reads. */
    readonly log?: string;
  };
  /** The detector of the same name for GKE, a hint only. Source: "Container Threat Detection overview" (2026-04-10). */
  readonly gkeTwin?: {
    readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
    readonly byDefault: 'on' | 'off';
  };
  /** Our own mapping: documented by nobody. */
  readonly ours: {
    readonly family: DetectorFamily;
    /** ATT&CK ids besides the documented ones. */
    readonly techniques: readonly string[];
  };
}
