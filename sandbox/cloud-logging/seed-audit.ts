import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parseBody } from '../kernel/parse-body.ts';
import type { Section, Store } from '../kernel/service.ts';
import type { LogEntry } from './entry.ts';

/** One thing that somebody did, as Cloud Audit Logs tell it. */
const auditDescription = z.strictObject({
  project: z.string().min(1),
  log: z.enum(['activity', 'data_access', 'system_event']).default('activity'),
  /** RFC 3339. */
  timestamp: z.iso.datetime({ offset: true }),
  principalEmail: z.string().min(1),
  /** An address, or a word of Google's such as `private`. */
  callerIp: z.string().default('private'),
  userAgent: z.string().default(''),
  /** The service account's key that was used; empty: a token of the metadata server. */
  serviceAccountKeyName: z.string().default(''),
  /** `secretmanager.googleapis.com`. */
  serviceName: z.string().min(1),
  /** `google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion`. */
  methodName: z.string().min(1),
  resourceName: z.string().default(''),
  /** Absent: the call went through. */
  status: z.strictObject({ code: z.int(), message: z.string() }).exactOptional(),
  resource: z
    .strictObject({ type: z.string(), labels: z.record(z.string(), z.string()) })
    .default({ type: 'audited_resource', labels: {} }),
});

export type AuditDescription = z.input<typeof auditDescription>;

/** The projects whose data-access logs are on. In Google Cloud they are off unless somebody turns them on. */
export function dataAccessSection(store: Store): Section<{ projects: string[]; since?: Record<string, number> }> {
  return store.section('data-access-logs', () => ({ projects: [], since: {} }));
}

/** Since when a project's are on, milliseconds since the epoch; undefined where they are off. */
export function dataAccessSince(store: Store, project: string): number | undefined {
  const { projects, since } = dataAccessSection(store).value;
  return projects.includes(project) ? (since?.[project] ?? 0) : undefined;
}

/** Turns a project's data-access logs on or off: what happens while they are off is never written. */
export function setDataAccessLogs(store: Store, project: string, on: boolean, now: number): void {
  const section = dataAccessSection(store);
  const others = section.value.projects.filter((one) => one !== project);
  section.value.projects = on ? [...others, project] : others;
  section.value.since = { ...section.value.since, [project]: now };
  section.touch();
}

/** Writes audit entries, as far as the project's logs are on. Answers how many were written and how many were not. Throws INVALID_ARGUMENT. */
export function seedAuditEntries(
  store: Store,
  logging: Section<{ readonly entries: LogEntry[] }>,
  descriptions: unknown,
): { readonly written: number; readonly dropped: number } {
  const parsed = parseBody(z.array(auditDescription), descriptions, 'audit entries');
  const { projects } = dataAccessSection(store).value;
  const kept = parsed.filter(({ log, project }) => log !== 'data_access' || projects.includes(project));
  logging.value.entries.push(...kept.map(entryOf));
  logging.touch();
  return { written: kept.length, dropped: parsed.length - kept.length };
}

function entryOf(description: z.output<typeof auditDescription>): LogEntry {
  const { project, log, timestamp, resource, principalEmail, callerIp, status } = description;
  const { userAgent, serviceAccountKeyName, serviceName, methodName, resourceName } = description;
  return {
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2F${log}`,
    resource: { ...resource, labels: { project_id: project, ...resource.labels } },
    timestamp: Date.parse(timestamp),
    severity: status !== undefined ? 'ERROR' : log === 'activity' ? 'NOTICE' : 'INFO',
    insertId: randomUUID().replaceAll('-', '').slice(0, 20),
    labels: {},
    protoPayload: {
      serviceName,
      methodName,
      resourceName,
      authenticationInfo: { principalEmail, ...(serviceAccountKeyName === '' ? {} : { serviceAccountKeyName }) },
      requestMetadata: { callerIp, ...(userAgent === '' ? {} : { callerSuppliedUserAgent: userAgent }) },
      ...(status === undefined ? {} : { status }),
    },
  };
}
