import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { requireRole } from '../cloud-run/names.ts';
import { parseBody } from '../kernel/parse-body.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import type { CallContext, Kernel, SandboxService } from '../kernel/service.ts';

interface BatchGetServicesRequest {
  readonly parent: string;
  readonly names: readonly string[];
}

const description = z.strictObject({ disabled: z.array(z.string().regex(/^[a-z.]+\.googleapis\.com$/)) });
const most = 30;

/**
 * Service Usage v1 as far as Firebreak uses it: which APIs are on. A disabled one is only said to be: the sandbox serves it all the same.
 * Source: google/api/serviceusage/v1/serviceusage.proto.
 */
export function registerServiceUsage({ store, routes }: Pick<Kernel, 'store' | 'routes'>): SandboxService[] {
  const section = store.section<{ disabled: readonly string[] }>('service-usage', () => ({ disabled: [] }));
  routes.add({
    method: 'PUT',
    path: '/service-usage',
    summary: 'which APIs are said to be off: {disabled: [HOST]}',
    handle: ({ body }) => {
      section.value.disabled = parseBody(description, body, 'PUT /service-usage').disabled;
      section.touch();
      return section.value;
    },
  });
  return [
    {
      name: 'google.api.serviceusage.v1.ServiceUsage',
      protos: fileURLToPath(new URL('protos.json', import.meta.url)),
      unary: {
        BatchGetServices: async ({ parent, names }: BatchGetServicesRequest, { role }: CallContext) => {
          requireRole(role, ['publisher'], 'serviceusage.services.get');
          if (names.length > most) throw invalidArgument(`names: at most ${most}, not ${names.length}`);
          return {
            services: names.map((name) => {
              const host = name.startsWith(`${parent}/services/`) ? name.slice(parent.length + 10) : undefined;
              if (host === undefined) throw invalidArgument(`names: ${JSON.stringify(name)} is not of ${parent}`);
              return { name, parent, state: section.value.disabled.includes(host) ? 'DISABLED' : 'ENABLED' };
            }),
          };
        },
      },
    },
  ];
}
