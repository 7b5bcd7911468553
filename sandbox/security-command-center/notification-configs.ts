import { z } from 'zod';
import { parseBody } from '../kernel/parse-body.ts';
import type { Kernel, Section } from '../kernel/service.ts';
import { project } from '../scenario/services.ts';

const described = z.strictObject({
  name: z.string().regex(/^(?:organizations|folders|projects)\/[^/]+\/locations\/[^/]+\/notificationConfigs\/[^/]+$/),
  pubsubTopic: z.string(),
  streamingConfig: z.strictObject({ filter: z.string() }),
});

/** A v2 notification config. Source: securitycenter/v2/notification_config.proto. */
export type NotificationConfig = z.infer<typeof described>;

/** The configs that are listed: at first the one of the demonstration's organization. They only say what is sent; every finding is. */
export function registerNotificationConfigs(
  { store, routes }: Pick<Kernel, 'store' | 'routes'>,
  pubsubTopic: string,
): Section<NotificationConfig[]> {
  const section = store.section<NotificationConfig[]>('notification-configs', () => [
    {
      name: `organizations/${project.organization}/locations/global/notificationConfigs/firebreak`,
      pubsubTopic,
      streamingConfig: { filter: 'state="ACTIVE" AND NOT mute="MUTED"' },
    },
  ]);
  routes.add({
    method: 'PUT',
    path: '/security-command-center/notification-configs',
    summary: 'replaces the notification configs: an array of {name, pubsubTopic, streamingConfig: {filter}}',
    handle: ({ body }) => {
      const configs = parseBody(z.array(described), body, 'PUT /security-command-center/notification-configs');
      section.value.splice(0, section.value.length, ...configs);
      section.touch();
      return { notificationConfigs: configs };
    },
  });
  return section;
}
