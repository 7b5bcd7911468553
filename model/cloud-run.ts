import type { EvidenceReference } from './evidence.ts';
import type { Fields } from './fields.ts';
import type { CloudRunResource } from './finding.ts';
import type { Answered } from './investigation.ts';

export type { ServiceScaling, TrafficTarget } from './serving.ts';

/** A revision of a service or worker pool, as far as plans and people need it. */
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

/** An execution of a job. */
export interface ExecutionSummary {
  /** Short name. */
  readonly name: string;
  readonly createTime: string;
  readonly creator: string;
  readonly running: boolean;
}

/** A schedule of Cloud Scheduler that runs a job. Others wrote its texts: they are cut, and safe to show. */
export interface ScheduleSummary {
  /** Short name. */
  readonly name: string;
  /** Where the schedule is, which may be elsewhere than the job. */
  readonly location: string;
  /** In words: `enabled` (it runs the job), `paused`, `disabled`, `update failed`. */
  readonly state: string;
  /** When it runs the job, as written: unix-cron, or words such as `every 5 minutes`. */
  readonly cron: string;
  /** Of the tz database: `Europe/Berlin`. */
  readonly timeZone: string;
}

/** The schedules of a job's own project that run it. */
export interface JobSchedules {
  /** At most 10, enabled ones first. */
  readonly found: readonly ScheduleSummary[];
  /** How many more there are. */
  readonly more: number;
  /** How many locations were read whole. */
  readonly locations: number;
  /** How many were not. */
  readonly notRead: number;
  /** Which these are, with why the first of them; empty where there is none. Never in a plan: it may differ at each look. */
  readonly unread: string;
}

/** Something about the settings that people should know, with the value that says so. */
export interface SettingsFlag {
  readonly flag: string;
  readonly detail: string;
}

/** The settings of the affected service, job or worker pool: what `readSettings` answers. The whole objects are in the evidence. */
export interface ResourceSettings {
  readonly kind: CloudRunResource['kind'];
  readonly project: string;
  readonly location: string;
  readonly name: string;
  /** Empty where the kind has none. */
  readonly uri: string;
  readonly lastModifier: string;
  readonly updateTime: string;
  /** Absent for jobs, which do not tell. */
  readonly threatDetectionEnabled?: boolean;
  /** Whether anybody may call or run it, by its own policy. */
  readonly publicInvoker: 'yes' | 'no' | 'unknown';
  /** Which account new instances run as; empty for the default one. */
  readonly serviceAccount: string;
  /** What plans may change, as it is now; `invokers` is absent where the policy could not be read. */
  readonly fields: Fields;
  readonly latestReadyRevision: string;
  /** Newest first, at most 20; serving and tagged ones always among them. Empty for a job. */
  readonly revisions: readonly RevisionSummary[];
  /** Of a job, newest first, at most 20; running ones always among them. */
  readonly executions: readonly ExecutionSummary[];
  /** Of a job. Absent for other kinds, and where nobody asked. */
  readonly schedules?: Answered<JobSchedules>;
  readonly secretNames: readonly string[];
  readonly flags: readonly SettingsFlag[];
  readonly evidence: EvidenceReference;
}
