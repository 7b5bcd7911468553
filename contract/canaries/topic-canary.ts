import type { v1 } from '@google-cloud/pubsub';
import { canaryLabel, canaryName, type Maker } from './canary.ts';

/** The API's own clients for topics and subscriptions. */
export interface PubsubClients {
  readonly publisher: InstanceType<typeof v1.PublisherClient>;
  readonly subscriber: InstanceType<typeof v1.SubscriberClient>;
}

/** What came by a pull. */
export interface Pulled {
  readonly ackId: string;
  readonly deliveryAttempt: number;
  readonly messageId: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A topic of the run's own, and subscriptions on it. */
export interface TopicCanary {
  readonly topic: string;
  /** A new subscription on a topic (this one, where none is given); answers its name. */
  readonly subscribe: (options?: SubscribeOptions) => Promise<string>;
  /** A second topic; answers its name. */
  readonly another: (suffix: string) => Promise<string>;
  readonly publish: (text: string, topic?: string) => Promise<string>;
  /** Pulls until that many messages came, or, after some empty answers, fewer. */
  readonly pull: (subscription: string, atLeast?: number) => Promise<Pulled[]>;
  /** Gives messages back at once. */
  readonly giveBack: (subscription: string, ...ackIds: readonly string[]) => Promise<void>;
}

interface SubscribeOptions {
  readonly topic?: string;
  readonly deadLetterTopic?: string;
  readonly ackDeadlineSeconds?: number;
  readonly filter?: string;
}

/** Empty answers of a pull, one after the other, before it is taken that nothing comes. */
const emptyPulls = 3;

/** Makes the topic. */
export async function makeTopic({ publisher, subscriber }: PubsubClients, maker: Maker): Promise<TopicCanary> {
  const labels = { [canaryLabel]: maker.run };
  const name = (collection: string, suffix: string) =>
    `projects/${maker.project}/${collection}/${canaryName(maker)}${suffix}`;
  const topic = name('topics', '');
  await publisher.createTopic({ name: topic, labels });
  let subscriptions = 0;
  return {
    topic,
    subscribe: async ({ deadLetterTopic, filter, ...options } = {}) => {
      subscriptions += 1;
      const [{ name: made }] = await subscriber.createSubscription({
        name: name('subscriptions', `-${subscriptions}`),
        topic: options.topic ?? topic,
        labels,
        ackDeadlineSeconds: options.ackDeadlineSeconds ?? 10,
        ...(filter !== undefined && { filter }),
        ...(deadLetterTopic !== undefined && { deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 } }),
      });
      return made ?? '';
    },
    another: async (suffix) => {
      const second = name('topics', `-${suffix}`);
      await publisher.createTopic({ name: second, labels });
      return second;
    },
    publish: async (text, to = topic) => {
      const [{ messageIds }] = await publisher.publish({ topic: to, messages: [{ data: Buffer.from(text) }] });
      return messageIds?.[0] ?? '';
    },
    pull: async (subscription, atLeast = 1) => {
      const pulled: Pulled[] = [];
      for (let empty = 0; pulled.length < atLeast && empty < emptyPulls;) {
        const [{ receivedMessages }] = await subscriber.pull({ subscription, maxMessages: 100 });
        const found = (receivedMessages ?? []).map(({ ackId, deliveryAttempt, message }) => ({
          ackId: ackId ?? '',
          deliveryAttempt: deliveryAttempt ?? 0,
          messageId: message?.messageId ?? '',
          text: Buffer.from(message?.data ?? '').toString(),
          attributes: message?.attributes ?? {},
        }));
        pulled.push(...found);
        empty = found.length === 0 ? empty + 1 : 0;
      }
      return pulled;
    },
    giveBack: async (subscription, ...ackIds) => {
      await subscriber.modifyAckDeadline({ subscription, ackIds: [...ackIds], ackDeadlineSeconds: 0 });
    },
  };
}
