import { z } from 'zod';
import { requireRole } from '../cloud-run/names.ts';
import { protosOf } from '../kernel/definitions.ts';
import { parseBody } from '../kernel/parse-body.ts';
import type { CallContext, Kernel, SandboxService } from '../kernel/service.ts';

const exclusion = z.strictObject({ name: z.string(), filter: z.string(), disabled: z.boolean().default(false) });
const description = z.strictObject({
  project: z.string().min(1),
  /** Of the sink _Default. */
  disabled: z.boolean().default(false),
  filter: z.string().exactOptional(),
  exclusions: z.array(exclusion).default([]),
});

/** What a new project's sink leaves out: what its sink _Required keeps. Source: Cloud Logging, routing and storage overview. */
const usualFilter = ['activity', 'system_event', 'access_transparency']
  .flatMap((log) => ['cloudaudit', 'externalaudit'].map((from) => `NOT LOG_ID("${from}.googleapis.com/${log}")`))
  .join(' AND ');

/** Where a project's logs go: its two sinks, with their exclusions. They are described only: the sandbox keeps every entry. */
export function registerLogRouter({ store, routes }: Pick<Kernel, 'store' | 'routes'>): SandboxService {
  const section = store.section<Record<string, z.infer<typeof description>>>('log-router', () => ({}));
  routes.add({
    method: 'PUT',
    path: '/cloud-logging/default-sink',
    summary: "a project's sink _Default: {project, disabled?, filter?, exclusions?: [{name, filter, disabled?}]}",
    handle: ({ body }) => {
      const described = parseBody(description, body, 'PUT /cloud-logging/default-sink');
      section.value[described.project] = described;
      section.touch();
      return described;
    },
  });
  const of = (parent: string) => section.value[parent.replace(/^projects\//, '')];
  return {
    name: 'google.logging.v2.ConfigServiceV2',
    protos: protosOf('@google-cloud/logging-api'),
    unary: {
      ListSinks: async ({ parent }: { parent: string }, { role }: CallContext) => {
        requireRole(role, ['publisher'], 'logging.sinks.list');
        const { disabled = false, filter = usualFilter, exclusions = [] } = of(parent) ?? {};
        const bucket = (name: string) => `logging.googleapis.com/${parent}/locations/global/buckets/${name}`;
        return {
          sinks: [
            { name: '_Required', destination: bucket('_Required') },
            { name: '_Default', destination: bucket('_Default'), disabled, filter, exclusions },
          ],
        };
      },
      ListExclusions: async ({ parent }: { parent: string }, { role }: CallContext) => {
        requireRole(role, ['publisher'], 'logging.exclusions.list');
        return { exclusions: of(parent)?.exclusions ?? [] };
      },
    },
  };
}
