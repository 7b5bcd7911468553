import { type Answered, answered, type Unanswered } from './answered.ts';
import { resourceSettingsSchema } from './cloud-run.ts';
import { evidenceReferenceSchema } from './evidence.ts';
import { findingSchema } from './finding.ts';
import { carriedSchema } from './good-rule.ts';
import { answeredGrants } from './grants.ts';
import {
  closed,
  count,
  digest,
  identifier,
  instant,
  instantOrNone,
  list,
  optional,
  orNull,
  outsideText,
  reasonText,
  text,
  word,
  yesNo,
  type z,
} from './schema.ts';

export type { Answered, Unanswered };

/** A finding as SCC has it now. */
const liveFindingSchema = closed({
  finding: findingSchema,
  fingerprint: digest,
  evidence: evidenceReferenceSchema,
  /** When SCC answered, by the clock of the worker that asked, RFC 3339 UTC; absent where it is not confirmed. */
  readAt: optional(instant),
});
export type LiveFinding = z.infer<typeof liveFindingSchema>;
/** What `fetchFinding` answers; null where SCC has none of that name. */
export const fetchedSchema = orNull(liveFindingSchema);

/** What a run knows of its finding. `unconfirmed`: SCC has none of that name, or did not answer. */
export type FetchedFinding = LiveFinding & {
  readonly confirmation: 'confirmed' | 'not-found' | 'unavailable';
  /** Why it is not confirmed; empty where it is. */
  readonly detail: string;
};

/** A finding near this one, and the rule that links it. */
const relatedFindingSchema = closed({
  name: text(1_000),
  caseId: identifier,
  category: outsideText,
  severity: outsideText,
  state: outsideText,
  eventTime: instant,
  resourceName: outsideText,
  /** Which rule links the two, in words: "same service", "same image", "same remote address". */
  rules: list(text(200), 20),
});
export type RelatedFinding = z.infer<typeof relatedFindingSchema>;

/** What `findRelatedFindings` answers. */
export const relatedFindingsSchema = closed({
  findings: list(relatedFindingSchema, 100),
  /** How many more there are than are listed. */
  more: count,
  /** What was not looked at, in words; empty where everything was. */
  unread: reasonText,
  from: instant,
  to: instant,
  evidence: evidenceReferenceSchema,
});
export type RelatedFindings = z.infer<typeof relatedFindingsSchema>;

/** Something VirusTotal can be asked about. */
export const indicatorSchema = closed({
  kind: word('file', 'ip-address', 'domain'),
  value: outsideText,
  /** Where in the finding it stands. */
  from: outsideText,
});
export type Indicator = z.infer<typeof indicatorSchema>;

/** What is known of an indicator. Unknown is never clean, and never an error (promise 7). */
export const reputationSchema = closed({
  indicator: indicatorSchema,
  verdict: word('malicious', 'suspicious', 'harmless', 'unknown', 'not-asked'),
  /** Why, in words: "61 of 72 engines", "VirusTotal does not know it", "no API key". */
  reason: reasonText,
  link: optional(outsideText),
  /** When VirusTotal last analysed it, RFC 3339 UTC. */
  analysedAt: optional(instant),
  evidence: optional(evidenceReferenceSchema),
});
export type Reputation = z.infer<typeof reputationSchema>;

/** What `lookUpReputation` answers: by indicator, null where there is no answer now. */
export const reputationsSchema = list(orNull(reputationSchema), 1_000);

/** When the revisions that were asked about had requests before the first sign, or wrote anything. */
export const carriedTrafficSchema = list(carriedSchema, 100);

/** The export of a container's logs, counted. */
export const logExportSchema = closed({
  evidence: evidenceReferenceSchema,
  entries: count,
  from: instant,
  to: instant,
  /** False where paging stopped before the end (the limit is in `detail`). */
  complete: yesNo,
  detail: reasonText,
  /** Which revisions wrote, or executions of a job, how much, and when last. */
  revisions: list(closed({ name: text(1_000), entries: count, lastAt: instantOrNone }), 100),
  /**
   * When the revisions that may be good to go back to had requests before the first sign; of a worker pool, wrote anything. Looked for until
   * one of them is proved; asked where none of them has a share now.
   */
  carriedTraffic: answered(carriedTrafficSchema),
  /** Some lines worth showing, cut; attacker's text. */
  excerpt: list(closed({ time: instantOrNone, severity: text(200), text: outsideText }), 100),
});
export type LogExport = z.infer<typeof logExportSchema>;

/** Calls of one kind that an account made or tried. */
const accountDeedsSchema = closed({
  /** How many there were, those that were refused among them. */
  count,
  /** How many of them did not go through, for whatever reason: those are no deeds. */
  refused: count,
  /** At most 5: those that went through, newest first, then the others. Attacker's texts. */
  newest: list(
    closed({ time: instantOrNone, method: text(4_096), resource: text(4_096), callerIp: text(4_096), refused: yesNo }),
    20,
  ),
});
export type AccountDeeds = z.infer<typeof accountDeedsSchema>;

/** What the workload's service account was used for since the first sign, as far as the project's audit logs tell. */
export const identityTracesSchema = closed({
  /** Its e-mail. */
  account: text(500),
  from: instant,
  to: instant,
  /** Audit-log entries of the account that were read; all of them are in the evidence, without requests and answers. */
  entries: count,
  /** False where there are more, older ones. */
  complete: yesNo,
  /** Public addresses that it was used from, at most 10, the busiest first. Google's own public addresses are among them. */
  addresses: list(closed({ ip: text(4_096), calls: count, lastAt: instantOrNone }), 50),
  moreAddresses: count,
  /** Names of its keys that were used: a container needs none. */
  keys: list(text(4_096), 50),
  /** Keys and tokens made, of any account. */
  keysMade: accountDeedsSchema,
  policiesSet: accountDeedsSchema,
  deployments: accountDeedsSchema,
  secretsRead: accountDeedsSchema,
  /** Logs, sinks, buckets, exclusions or views that were changed or deleted. */
  logsTouched: accountDeedsSchema,
  /** Other Cloud Run resources of the project and location that run as it: `jobs/nightly`, at most 20. */
  sameAccount: closed({ count, names: list(text(1_000), 100), unknown: list(reasonText, 20) }),
  /** Whether it may delete the project's logs, by the project's own policy; those of folders and the organization are not read. */
  mayDeleteLogs: answered(closed({ may: yesNo, reason: reasonText })),
  /** Whether anything was seen in the project's data-access logs, of anybody, within a day. */
  dataAccess: answered(word('on', 'none-seen')),
  evidence: evidenceReferenceSchema,
});
export type IdentityTraces = z.infer<typeof identityTracesSchema>;

/** What `pullContainerLogs` answers: both come of the same quota. */
export const logsAndIdentitySchema = closed({ logs: logExportSchema, identity: answered(identityTracesSchema) });
export type LogsAndIdentity = z.infer<typeof logsAndIdentitySchema>;

/** The branches as people see them. */
export const investigationViewSchema = closed({
  settings: answered(resourceSettingsSchema),
  related: answered(relatedFindingsSchema),
  logs: answered(logExportSchema),
  /** What the service account of the container did. */
  identity: answered(identityTracesSchema),
  reputation: list(answered(reputationSchema), 1_000),
  /** What respond is granted; absent where it was not to be asked. */
  grants: optional(answeredGrants),
  /** What was to be asked of VirusTotal, in the order of `reputation`. */
  indicators: list(indicatorSchema, 1_000),
});

/** Everything that the investigation knows; what playbooks judge by. */
export type Investigation = z.infer<typeof investigationViewSchema> & { readonly fetched: FetchedFinding };
