import { z } from 'zod';
import { protosOf } from '../kernel/definitions.ts';
import { parseBody } from '../kernel/parse-body.ts';
import type { Kernel, SandboxService } from '../kernel/service.ts';
import { publisherService } from './publisher.ts';
import { lackingSection } from '../resource-manager/held-permissions.ts';
import { openPubsubState } from './state.ts';
import type { NewMessage } from './state.ts';
import { subscriptionPermissions } from './subscription-permissions.ts';
import { subscriberService } from './subscriber.ts';

/** Pub/Sub as the other services and the control API use it. */
export interface Pubsub {
  readonly services: readonly SandboxService[];
  /** `projects/<project>/topics/scc-findings`: where notifications go. */
  readonly findingsTopic: string;
  /** Publishes to the findings' topic; answers the message id. */
  readonly publish: (message: NewMessage) => string;
}

const rawMessage = z.strictObject({ dataBase64: z.base64(), attributes: z.record(z.string(), z.string()).optional() });
/** How often deadlines are looked at. The ack deadline is exact to this. */
const expiryTickMilliseconds = 100;

/** Pub/Sub with the topic `scc-findings` and its subscription `firebreak`, which exist from the start. */
export function registerPubsub(kernel: Kernel): Pubsub {
  const protos = protosOf('@google-cloud/pubsub');
  const state = openPubsubState(kernel.store, kernel.clock, kernel.world);
  const findingsTopic = `projects/${kernel.project}/topics/scc-findings`;
  const subscription = `projects/${kernel.project}/subscriptions/firebreak`;
  if (!state.hasTopic(findingsTopic)) state.createTopic(findingsTopic);
  if (!state.subscriptions().some(([name]) => name === subscription)) {
    state.createSubscription(subscription, { topic: findingsTopic, ackDeadlineSeconds: 10, deadLetterPolicy: null });
  }
  const timer = setInterval(() => state.expire(), expiryTickMilliseconds);
  kernel.clock.onAdvance(() => state.expire());
  kernel.onClose(() => clearInterval(timer));
  const publish = (message: NewMessage): string => state.publish(findingsTopic, message);
  kernel.routes.add({
    method: 'POST',
    path: '/messages',
    summary: 'publishes raw bytes to the findings topic: {dataBase64, attributes?}',
    handle: ({ body }) => {
      const { dataBase64, attributes } = parseBody(rawMessage, body, 'POST /messages');
      return { messageId: publish({ data: Buffer.from(dataBase64, 'base64'), attributes }) };
    },
  });
  const services = [
    publisherService(protos, state),
    subscriberService(protos, state),
    subscriptionPermissions(state, lackingSection(kernel.store)),
  ];
  return { services, findingsTopic, publish };
}
