import type { ResourceSettings } from './cloud-run.ts';
import type { EvidenceReference } from './evidence.ts';
import type { Finding, Severity } from './finding.ts';
import type { CarriedTraffic } from './good-rule.ts';

/** What `fetchFinding` answers. `unconfirmed`: SCC has none of that name, or did not answer. */
export interface FetchedFinding {
  readonly confirmation: 'confirmed' | 'not-found' | 'unavailable';
  /** Why it is not confirmed; empty where it is. */
  readonly detail: string;
  readonly finding: Finding;
  readonly fingerprint: string;
  readonly evidence: EvidenceReference;
  /** When SCC answered, by the clock of the worker that asked, RFC 3339 UTC; absent where it is not confirmed. */
  readonly readAt?: string;
}

/** A finding near this one, and the rule that links it. */
export interface RelatedFinding {
  readonly name: string;
  readonly caseId: string;
  readonly category: string;
  readonly severity: Severity;
  readonly state: string;
  readonly eventTime: string;
  readonly resourceName: string;
  /** Which rule links the two, in words: "same service", "same image", "same remote address". */
  readonly rules: readonly string[];
}

/** What `findRelatedFindings` answers. */
export interface RelatedFindings {
  readonly findings: readonly RelatedFinding[];
  /** How many more there are than are listed. */
  readonly more: number;
  /** What was not looked at, in words; empty where everything was. */
  readonly unread: string;
  readonly from: string;
  readonly to: string;
  readonly evidence: EvidenceReference;
}

/** Something VirusTotal can be asked about. */
export interface Indicator {
  readonly kind: 'file' | 'ip-address' | 'domain';
  readonly value: string;
  /** Where in the finding it stands. */
  readonly from: string;
}

/** What is known of an indicator. Unknown is never clean, and never an error (promise 7). */
export interface Reputation {
  readonly indicator: Indicator;
  readonly verdict: 'malicious' | 'suspicious' | 'harmless' | 'unknown' | 'not-asked';
  /** Why, in words: "61 of 72 engines", "VirusTotal does not know it", "no API key". */
  readonly reason: string;
  readonly link?: string;
  /** When VirusTotal last analysed it, RFC 3339 UTC. */
  readonly analysedAt?: string;
  readonly evidence?: EvidenceReference;
}

/** The export of a container's logs, counted. */
export interface LogExport {
  readonly evidence: EvidenceReference;
  readonly entries: number;
  readonly from: string;
  readonly to: string;
  /** False where paging stopped before the end (the limit is in `detail`). */
  readonly complete: boolean;
  readonly detail: string;
  /** Which revisions wrote, or executions of a job, how much, and when last. */
  readonly revisions: readonly { readonly name: string; readonly entries: number; readonly lastAt: string }[];
  /**
   * When the revisions that may be good to go back to had requests before the first sign; of a worker pool, wrote anything. Looked for until
   * one of them is proved; asked where none of them has a share now.
   */
  readonly carriedTraffic: Answered<readonly CarriedTraffic[]>;
  /** Some lines worth showing, cut; attacker's text. */
  readonly excerpt: readonly { readonly time: string; readonly severity: string; readonly text: string }[];
}

/** Calls of one kind that an account made. */
export interface AccountDeeds {
  readonly count: number;
  /** How many of them Google refused. */
  readonly refused: number;
  /** At most 5, newest first. Attacker's texts. */
  readonly newest: readonly {
    readonly time: string;
    readonly method: string;
    readonly resource: string;
    readonly callerIp: string;
    readonly refused: boolean;
  }[];
}

/** What the workload's service account was used for since the first sign, as far as the project's audit logs tell. */
export interface IdentityTraces {
  /** Its e-mail. */
  readonly account: string;
  readonly from: string;
  readonly to: string;
  /** Audit-log entries of the account that were read; all of them are in the evidence, without requests and answers. */
  readonly entries: number;
  /** False where there are more, older ones. */
  readonly complete: boolean;
  /** Public addresses that it was used from, at most 10, the busiest first. Google's own public addresses are among them. */
  readonly addresses: readonly { readonly ip: string; readonly calls: number; readonly lastAt: string }[];
  readonly moreAddresses: number;
  /** Names of its keys that were used: a container needs none. */
  readonly keys: readonly string[];
  /** Keys and tokens made, of any account. */
  readonly keysMade: AccountDeeds;
  readonly policiesSet: AccountDeeds;
  readonly deployments: AccountDeeds;
  readonly secretsRead: AccountDeeds;
  /** Logs, sinks, buckets, exclusions or views that were changed or deleted. */
  readonly logsTouched: AccountDeeds;
  /** Other Cloud Run resources of the project and location that run as it: `jobs/nightly`, at most 20. */
  readonly sameAccount: {
    readonly count: number;
    readonly names: readonly string[];
    readonly unknown: readonly string[];
  };
  /** Whether it may delete the project's logs, by the project's own policy; those of folders and the organization are not read. */
  readonly mayDeleteLogs: Answered<{ readonly may: boolean; readonly reason: string }>;
  /** Whether anything was seen in the project's data-access logs, of anybody, within a day. */
  readonly dataAccess: Answered<'on' | 'none-seen'>;
  readonly evidence: EvidenceReference;
}

/** What `pullContainerLogs` answers: both come of the same quota. */
export interface LogsAndIdentity {
  readonly logs: LogExport;
  readonly identity: Answered<IdentityTraces>;
}

/** A branch of the investigation that gave no answer (yet), and why. */
export interface Unanswered {
  readonly status: 'pending' | 'failed' | 'not-applicable';
  readonly reason: string;
}

/** A branch of the investigation: its answer, or why there is none. */
export type Answered<T> = { readonly status: 'answered'; readonly value: T } | Unanswered;

/** Everything that the investigation knows; what playbooks judge by. */
export interface Investigation {
  readonly fetched: FetchedFinding;
  readonly settings: Answered<ResourceSettings>;
  readonly related: Answered<RelatedFindings>;
  readonly logs: Answered<LogExport>;
  /** What the service account of the container did. */
  readonly identity: Answered<IdentityTraces>;
  readonly reputation: readonly Answered<Reputation>[];
  /** What was to be asked of VirusTotal, in the order of `reputation`. */
  readonly indicators: readonly Indicator[];
}
