import type { JsonObject } from '../kernel/json.ts';
import type { Kernel, SandboxService } from '../kernel/service.ts';
import type { Pubsub } from '../pubsub/register.ts';
import { openFindings } from './findings.ts';
import type { Findings } from './findings.ts';
import { registerNotificationConfigs } from './notification-configs.ts';
import { securityCenterService } from './security-center-service.ts';

/** Security Command Center as the control API uses it. */
export interface SecurityCommandCenter {
  readonly services: readonly SandboxService[];
  readonly findings: Findings;
}

/** Security Command Center, whose notifications go to Pub/Sub's findings topic. */
export function registerSecurityCommandCenter(kernel: Kernel, pubsub: Pubsub): SecurityCommandCenter {
  const findings = openFindings({
    store: kernel.store,
    clock: kernel.clock,
    project: kernel.project,
    world: kernel.world,
    send: (message) => pubsub.publish({ data: Buffer.from(notificationJson(message)) }),
  });
  kernel.routes.add({
    method: 'POST',
    path: '/publish',
    summary: 'makes a finding exist and sends it: a NotificationMessage, or {finding, resource}',
    handle: ({ body }) => findings.publish(body),
  });
  kernel.routes.add({
    method: 'POST',
    path: '/findings',
    summary: 'makes a finding exist without sending it; the same body as /publish',
    handle: ({ body }) => findings.put(body),
  });
  kernel.routes.add({
    method: 'GET',
    path: '/findings',
    summary: 'the findings that exist, as they would be sent',
    handle: () => ({ findings: findings.all() }),
  });
  const configs = registerNotificationConfigs(kernel, pubsub.findingsTopic);
  return { services: [securityCenterService(kernel, findings, configs)], findings };
}

/** JSON as SCC writes it: `=`, `<`, `>`, `&` and `'` as escapes. Outside of texts JSON has none of them. */
function notificationJson(message: JsonObject): string {
  return JSON.stringify(message).replaceAll(
    /[=<>&']/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
