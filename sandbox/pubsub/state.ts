import type { World } from '../kernel/reality.ts';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import type { Clock, Store } from '../kernel/service.ts';
import { passes } from './filter.ts';
import { createQueue } from './queue.ts';
import type { Queue } from './queue.ts';

type Labels = Readonly<Record<string, string>>;

/** A message as it is kept until it is acknowledged. */
export interface StoredMessage {
  readonly messageId: string;
  readonly dataBase64: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
  /** Milliseconds since the epoch. */
  readonly publishTime: number;
  /** How often it was delivered. */
  attempts: number;
}

/** A subscription with the messages that are not yet acknowledged, by message id. */
export interface StoredSubscription {
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  /** Absent where every message passes. */
  readonly filter?: string;
  readonly deadLetterPolicy: { readonly deadLetterTopic: string; readonly maxDeliveryAttempts: number } | null;
  readonly labels?: Labels;
  readonly messages: Record<string, StoredMessage>;
}

/** What is published. */
export interface NewMessage {
  readonly data: Uint8Array;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly orderingKey?: string | undefined;
}

/** Topics, subscriptions and their messages. */
export interface PubsubState {
  readonly topics: () => readonly string[];
  readonly subscriptions: () => readonly (readonly [string, StoredSubscription])[];
  hasTopic(name: string): boolean;
  /** Empty where it has none. */
  labelsOf(topic: string): Labels;
  createTopic(name: string, labels?: Labels): void;
  deleteTopic(name: string): void;
  /** Throws StatusError NOT_FOUND. */
  subscription(name: string): StoredSubscription;
  createSubscription(name: string, subscription: Omit<StoredSubscription, 'messages'>): void;
  deleteSubscription(name: string): void;
  /** Throws StatusError NOT_FOUND. */
  queue(name: string): Queue;
  /** Puts the message into every subscription of the topic; answers its id. Throws StatusError NOT_FOUND, INVALID_ARGUMENT. */
  publish(topic: string, message: NewMessage): string;
  /** Gives back every message whose deadline has passed, in all subscriptions. */
  expire(): void;
}

/** Opens the kept state. Deadlines are not part of it: after a restart every unacknowledged message is delivered again. */
export function openPubsubState(store: Store, clock: Clock, world: Pick<World, 'dead-letters'>): PubsubState {
  const { value, touch } = store.section('pubsub', () => ({
    nextMessageId: 2_070_000_000_000_001,
    topics: {} as Record<string, true | { readonly labels: Labels }>,
    subscriptions: {} as Record<string, StoredSubscription>,
  }));
  const queues = new Map<string, Queue>();

  const subscription = (name: string): StoredSubscription => {
    const found = Object.hasOwn(value.subscriptions, name) ? value.subscriptions[name] : undefined;
    if (found === undefined)
      throw notFound(
        `Resource not found (resource=${name}). The sandbox has the subscriptions: ${Object.keys(value.subscriptions).join(', ')}`,
      );
    return found;
  };
  const publish = (topic: string, message: NewMessage): string => {
    if (!Object.hasOwn(value.topics, topic))
      throw notFound(
        `Resource not found (resource=${topic}). The sandbox has the topics: ${Object.keys(value.topics).join(', ')}`,
      );
    const attributes = { ...message.attributes };
    if (message.data.length === 0 && Object.keys(attributes).length === 0) {
      throw invalidArgument('a message needs data or at least one attribute');
    }
    const messageId = String(value.nextMessageId);
    value.nextMessageId += 1;
    touch();
    for (const [name, { topic: source, filter = '' }] of Object.entries(value.subscriptions)) {
      if (source !== topic || !passes(filter, attributes)) continue;
      queue(name).add({
        messageId,
        dataBase64: Buffer.from(message.data).toString('base64'),
        attributes,
        orderingKey: message.orderingKey ?? '',
        publishTime: clock.now(),
        attempts: 0,
      });
    }
    return messageId;
  };
  const queue = (name: string): Queue => {
    let found = queues.get(name);
    if (found === undefined) {
      found = createQueue(subscription(name), {
        now: clock.now,
        touch,
        world,
        deadLetter: (topic, { dataBase64, attributes, orderingKey }) => {
          publish(topic, { data: Buffer.from(dataBase64, 'base64'), attributes, orderingKey });
        },
      });
      queues.set(name, found);
    }
    return found;
  };

  return {
    topics: () => Object.keys(value.topics),
    subscriptions: () => Object.entries(value.subscriptions),
    hasTopic: (name) => Object.hasOwn(value.topics, name),
    labelsOf(topic) {
      const kept = Object.hasOwn(value.topics, topic) ? value.topics[topic] : undefined;
      return typeof kept === 'object' ? kept.labels : {};
    },
    createTopic(name, labels = {}) {
      value.topics[name] = { labels };
      touch();
    },
    deleteTopic(name) {
      delete value.topics[name];
      touch();
    },
    subscription,
    createSubscription(name, created) {
      value.subscriptions[name] = { ...created, messages: {} };
      touch();
    },
    deleteSubscription(name) {
      delete value.subscriptions[name];
      queues.delete(name);
      touch();
    },
    queue,
    publish,
    expire() {
      for (const each of queues.values()) each.expire();
    },
  };
}
