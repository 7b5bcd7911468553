import { answered } from './answered.ts';
import { resourceShape } from './cloud-run-resource.ts';
import { evidenceReferenceSchema } from './evidence.ts';
import { fieldsSchema } from './fields.ts';
import {
  closed,
  count,
  instantOrNone,
  list,
  optional,
  orNull,
  reasonText,
  text,
  whole,
  word,
  yesNo,
  type z,
} from './schema.ts';
import { settingsFlagSchema } from './settings-flag.ts';

export type { ServiceScaling, TrafficTarget } from './serving.ts';

const shortName = text(200);

/** What a container runs. */
const containerImageShape = {
  image: text(4_096),
  /** `sha256:…` where the image is given by digest, and is all that the container is made of. */
  imageDigest: optional(text(200)),
};
const sidecarSchema = closed({ name: text(100), ...containerImageShape });
export type ContainerImage = Pick<z.infer<typeof sidecarSchema>, 'image' | 'imageDigest'>;

/** A revision of a service or worker pool, as far as plans and people need it. */
const revisionSummarySchema = closed({
  name: shortName,
  createTime: instantOrNone,
  ready: yesNo,
  creator: text(1_000),
  /** Of the container that takes requests, else of the first. */
  ...containerImageShape,
  /** The containers beside that one; absent where there is none, and in what was read before they were looked at. */
  sidecars: optional(list(sidecarSchema, 50)),
  serviceAccount: text(500),
  executionEnvironment: text(200),
  minInstances: count,
  /** Live share now; 0 where it only has tags or nothing. */
  percent: whole(0, 100),
  tags: list(text(100), 2_000),
});
export type RevisionSummary = z.infer<typeof revisionSummarySchema>;

/** An execution of a job. */
const executionSummarySchema = closed({
  name: shortName,
  createTime: instantOrNone,
  creator: text(1_000),
  running: yesNo,
});
export type ExecutionSummary = z.infer<typeof executionSummarySchema>;

/** A schedule of Cloud Scheduler that runs a job. Others wrote its texts: they are cut, and safe to show. */
const scheduleSummarySchema = closed({
  /** Short name. */
  name: text(1_000),
  /** Where the schedule is, which may be elsewhere than the job. */
  location: text(1_000),
  /** In words: `enabled` (it runs the job), `paused`, `disabled`, `update failed`. */
  state: text(200),
  /** When it runs the job, as written: unix-cron, or words such as `every 5 minutes`. */
  cron: text(1_000),
  /** Of the tz database: `Europe/Berlin`. */
  timeZone: text(1_000),
});
export type ScheduleSummary = z.infer<typeof scheduleSummarySchema>;

/** The schedules of a job's own project that run it. */
const jobSchedulesSchema = closed({
  /** At most 10, enabled ones first. */
  found: list(scheduleSummarySchema, 10),
  /** How many more there are. */
  more: count,
  /** How many locations were read whole. */
  locations: count,
  /** How many were not. */
  notRead: count,
  /** Which these are, with why the first of them; empty where there is none. Never in a plan: it may differ at each look. */
  unread: reasonText,
});
export type JobSchedules = z.infer<typeof jobSchedulesSchema>;

/** The settings of the affected service, job or worker pool. The whole objects are in the evidence. */
export const resourceSettingsSchema = closed({
  kind: resourceShape.kind,
  project: resourceShape.project,
  location: resourceShape.location,
  name: resourceShape.name,
  /** Empty where the kind has none. */
  uri: text(2_000),
  lastModifier: text(1_000),
  updateTime: instantOrNone,
  /** Absent for jobs, which do not tell. */
  threatDetectionEnabled: optional(yesNo),
  /** Whether anybody may call or run it, by its own policy. */
  publicInvoker: word('yes', 'no', 'unknown'),
  /** Which account new instances run as; empty for the default one. */
  serviceAccount: text(500),
  /** What plans may change, as it is now; `invokers` is absent where the policy could not be read. */
  fields: fieldsSchema,
  latestReadyRevision: shortName,
  /** Newest first, at most 20; serving and tagged ones always among them. Empty for a job. */
  revisions: list(revisionSummarySchema, 2_000),
  /** Of a job, newest first, at most 20; running ones always among them. */
  executions: list(executionSummarySchema, 2_000),
  /** Of a job. Absent for other kinds, and where nobody asked. */
  schedules: optional(answered(jobSchedulesSchema)),
  secretNames: list(text(1_000), 2_000),
  flags: list(settingsFlagSchema, 200),
  evidence: evidenceReferenceSchema,
});
export type ResourceSettings = z.infer<typeof resourceSettingsSchema>;
/** What `readSettings` answers; null where the resource is gone. */
export const settingsFoundSchema = orNull(resourceSettingsSchema);
