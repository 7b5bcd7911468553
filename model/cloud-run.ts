import type { EvidenceReference } from './evidence.ts';

/** One entry of a service's `traffic`. Revisions by short name. Source: run/v2/traffic_target.proto. */
export interface TrafficTarget {
  readonly type: 'latest' | 'revision';
  readonly revision?: string;
  readonly percent: number;
  readonly tag?: string;
}

/** A service's `scaling`. Source: run/v2/vendor_settings.proto, ServiceScaling. Counts that were never set are absent. */
export interface ServiceScaling {
  readonly mode: 'automatic' | 'manual';
  readonly min?: number;
  readonly max?: number;
  readonly manual?: number;
}

/** A revision, as far as plans and people need it. */
export interface RevisionSummary {
  /** Short name. */
  readonly name: string;
  readonly createTime: string;
  readonly ready: boolean;
  readonly creator: string;
  readonly image: string;
  /** `sha256:…` where the image is given by digest. */
  readonly imageDigest?: string;
  readonly serviceAccount: string;
  readonly executionEnvironment: string;
  readonly minInstances: number;
  /** Live share now; 0 where it only has tags or nothing. */
  readonly percent: number;
  readonly tags: readonly string[];
}

/** Something about the settings that people should know, with the value that says so. */
export interface SettingsFlag {
  readonly flag: string;
  readonly detail: string;
}

/** The settings of the affected service: what `readSettings` answers. The whole objects are in the evidence. */
export interface ServiceSettings {
  readonly project: string;
  readonly location: string;
  readonly service: string;
  readonly uri: string;
  readonly ingress: string;
  readonly lastModifier: string;
  readonly updateTime: string;
  readonly threatDetectionEnabled: boolean;
  readonly publicInvoker: 'yes' | 'no' | 'unknown';
  readonly traffic: readonly TrafficTarget[];
  readonly scaling: ServiceScaling;
  readonly latestReadyRevision: string;
  /** Newest first, at most 20; serving and tagged ones always among them. */
  readonly revisions: readonly RevisionSummary[];
  readonly secretNames: readonly string[];
  readonly flags: readonly SettingsFlag[];
  readonly evidence: EvidenceReference;
}
