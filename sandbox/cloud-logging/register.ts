import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { settleAll } from '../cloud-run/settle.ts';
import { cloudRunSection } from '../cloud-run/state.ts';
import { protosOf } from '../kernel/definitions.ts';
import { parseBody } from '../kernel/parse-body.ts';
import type { CallContext, Kernel, SandboxService, Section, Store } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { severities } from './entry.ts';
import type { LogEntry } from './entry.ts';
import { listLogEntries, projectsOf } from './list-log-entries.ts';
import type { ListLogEntriesRequest } from './list-log-entries.ts';
import { registerLogRouter } from './log-router.ts';
import { readQuota } from './read-quota.ts';
import { dataAccessSection, dataAccessSince, seedAuditEntries, setDataAccessLogs } from './seed-audit.ts';

const storedEntry = z.strictObject({
  logName: z.string().regex(/^projects\/[^/]+\/logs\/.+$/),
  resource: z.strictObject({ type: z.string(), labels: z.record(z.string(), z.string()) }),
  /** RFC 3339. */
  timestamp: z.iso.datetime({ offset: true }).transform((time) => Date.parse(time)),
  /** RFC 3339: when it was taken in, where that was later. */
  receivedAt: z.iso
    .datetime({ offset: true })
    .transform((time) => Date.parse(time))
    .exactOptional(),
  severity: z.enum(severities).default('DEFAULT'),
  insertId: z.string().min(1),
  labels: z.record(z.string(), z.string()).default({}),
  textPayload: z.string().exactOptional(),
  protoPayload: z
    .strictObject({
      serviceName: z.string(),
      methodName: z.string(),
      resourceName: z.string(),
      authenticationInfo: z.strictObject({ principalEmail: z.string() }),
      requestMetadata: z.strictObject({ callerIp: z.string() }).exactOptional(),
    })
    .exactOptional(),
  httpRequest: z.strictObject({ requestMethod: z.string(), requestUrl: z.string(), status: z.int() }).exactOptional(),
});

const dataAccess = z.strictObject({ project: z.string().min(1), on: z.boolean() });

/** The entries that were put in. */
export function storedEntries(store: Store): Section<{ readonly entries: LogEntry[] }> {
  return store.section('cloud-logging', () => ({ entries: [] }));
}

/** Cloud Logging v2 as far as Firebreak uses it: reading. Entries come from the Cloud Run services, or from `POST /cloud-logging/entries`. */
export function registerCloudLogging(
  kernel: Pick<Kernel, 'store' | 'now' | 'routes' | 'quotas' | 'world'>,
): SandboxService[] {
  const cloudRun = cloudRunSection(kernel.store);
  const logging = storedEntries(kernel.store);
  const takeQuota = readQuota(kernel.now);

  kernel.routes.add({
    method: 'POST',
    path: '/cloud-logging/entries',
    summary:
      'puts log entries in: an array of {logName, resource, timestamp, receivedAt?, insertId, severity?, labels?, textPayload | protoPayload | httpRequest}',
    handle: ({ body }) => {
      logging.value.entries.push(...parseBody(z.array(storedEntry), body, 'POST /cloud-logging/entries'));
      logging.touch();
      return { entries: logging.value.entries.length };
    },
  });

  kernel.routes.add({
    method: 'POST',
    path: '/cloud-logging/audit-entries',
    summary:
      'what somebody did: an array of {project, log?: activity | data_access | system_event, timestamp, principalEmail, serviceName, methodName, resourceName?, callerIp?, …}',
    handle: ({ body }) => seedAuditEntries(kernel.store, logging, body),
  });
  kernel.routes.add({
    method: 'PUT',
    path: '/cloud-logging/data-access-logs',
    summary: "turns a project's data-access logs on or off: {project, on}",
    handle: ({ body }) => {
      const { project, on } = parseBody(dataAccess, body, 'PUT /cloud-logging/data-access-logs');
      setDataAccessLogs(kernel.store, project, on, kernel.now());
      return { projects: dataAccessSection(kernel.store).value.projects };
    },
  });

  const list = async (request: ListLogEntriesRequest, { role }: CallContext): Promise<object> => {
    if (role !== 'observe') {
      throw new StatusError(
        status.PERMISSION_DENIED,
        `Permission 'logging.logEntries.list' denied for the identity of role '${role}'.`,
      );
    }
    const now = kernel.now();
    if (settleAll(cloudRun.value, now)) cloudRun.touch();
    const sources = {
      cloudRun: cloudRun.value,
      stored: logging.value.entries,
      now,
      world: kernel.world,
      readsSince: (project: string) => dataAccessSince(kernel.store, project),
    };
    if (kernel.quotas === 'on') for (const project of projectsOf(request, sources)) takeQuota(project);
    return listLogEntries(request, sources);
  };
  return [
    {
      name: 'google.logging.v2.LoggingServiceV2',
      protos: protosOf('@google-cloud/logging-api'),
      unary: { ListLogEntries: list },
    },
    registerLogRouter(kernel),
  ];
}
