import { status } from '@grpc/grpc-js';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import type { SandboxService } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import { passes } from './filter.ts';
import { receivedMessage } from './received-message.ts';
import type { PubsubState, StoredSubscription } from './state.ts';
import { streamingPull } from './streaming-pull.ts';

const subscriptionPattern = /^projects\/[^/]+\/subscriptions\/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/;
/** The subscription's fields that the sandbox knows; any other that is set is refused, since ignoring it would be a lie. */
const knownFields = new Set([
  'name',
  'topic',
  'ackDeadlineSeconds',
  'deadLetterPolicy',
  'filter',
  'messageRetentionDuration',
  'expirationPolicy',
  'labels',
]);
/** How long a pull waits for a first message: "a bounded amount of time" in the proto; the amount is assumed. */
const pullWaitMilliseconds = 1_000;

interface SubscriptionRequest {
  readonly name: string;
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  readonly deadLetterPolicy: StoredSubscription['deadLetterPolicy'];
  readonly labels: Readonly<Record<string, string>>;
  readonly filter: string;
}

/** google.pubsub.v1.Subscriber, as far as it is used. */
export function subscriberService(protos: string, state: PubsubState): SandboxService {
  return {
    name: 'google.pubsub.v1.Subscriber',
    protos,
    unary: {
      CreateSubscription: async (request: SubscriptionRequest) => createSubscription(state, request),
      GetSubscription: async ({ subscription }: { subscription: string }) =>
        described(subscription, state.subscription(subscription)),
      ListSubscriptions: async ({ project }: { project: string }) => ({
        subscriptions: state
          .subscriptions()
          .filter(([name]) => name.startsWith(`${project}/`))
          .map(([name, stored]) => described(name, stored)),
      }),
      DeleteSubscription: async ({ subscription }: { subscription: string }) => {
        state.subscription(subscription);
        state.deleteSubscription(subscription);
        return {};
      },
      Pull: async (request: { subscription: string; maxMessages: number; returnImmediately: boolean }) =>
        pull(state, request),
      Acknowledge: async ({ subscription, ackIds }: { subscription: string; ackIds: readonly string[] }) => {
        if (ackIds.length === 0) throw invalidArgument('ackIds must not be empty');
        state.queue(subscription).acknowledge(ackIds);
        return {};
      },
      ModifyAckDeadline: async (request: {
        subscription: string;
        ackIds: readonly string[];
        ackDeadlineSeconds: number;
      }) => {
        const { ackIds, ackDeadlineSeconds: seconds } = request;
        if (ackIds.length === 0) throw invalidArgument('ackIds must not be empty');
        if (seconds < 0 || seconds > 600)
          throw invalidArgument(`ackDeadlineSeconds must be from 0 to 600, not ${seconds}`);
        for (const ackId of ackIds) state.queue(request.subscription).modifyDeadline(ackId, seconds);
        return {};
      },
    },
    bidi: { StreamingPull: streamingPull(state) },
  };
}

function createSubscription(state: PubsubState, request: SubscriptionRequest): object {
  const { name, topic, ackDeadlineSeconds, deadLetterPolicy, labels, filter } = request;
  passes(filter, {});
  if (!subscriptionPattern.test(name))
    throw invalidArgument(`${JSON.stringify(name)} is not a subscription name: projects/PROJECT/subscriptions/NAME`);
  const unknown = Object.entries(request).filter(([field, value]) => !knownFields.has(field) && isSet(value));
  if (unknown.length > 0)
    throw invalidArgument(
      `the sandbox does not know these fields of a subscription: ${unknown.map(([field]) => field).join(', ')}`,
    );
  if (ackDeadlineSeconds !== 0 && (ackDeadlineSeconds < 10 || ackDeadlineSeconds > 600)) {
    throw invalidArgument(`ackDeadlineSeconds must be from 10 to 600, not ${ackDeadlineSeconds}`);
  }
  for (const needed of [topic, ...(deadLetterPolicy === null ? [] : [deadLetterPolicy.deadLetterTopic])]) {
    if (!state.hasTopic(needed)) throw notFound(`Resource not found (resource=${needed}).`);
  }
  if (state.subscriptions().some(([existing]) => existing === name)) {
    throw new StatusError(status.ALREADY_EXISTS, `Resource already exists in the project (resource=${name}).`);
  }
  state.createSubscription(name, {
    topic,
    ackDeadlineSeconds: ackDeadlineSeconds || 10,
    ...(filter !== '' && { filter }),
    labels,
    deadLetterPolicy:
      deadLetterPolicy === null
        ? null
        : {
            deadLetterTopic: deadLetterPolicy.deadLetterTopic,
            maxDeliveryAttempts: deadLetterPolicy.maxDeliveryAttempts || 5,
          },
  });
  return described(name, state.subscription(name));
}

async function pull(
  state: PubsubState,
  {
    subscription,
    maxMessages,
    returnImmediately,
  }: { subscription: string; maxMessages: number; returnImmediately: boolean },
): Promise<object> {
  if (maxMessages <= 0) throw invalidArgument(`maxMessages must be greater than 0, not ${maxMessages}`);
  const { ackDeadlineSeconds, deadLetterPolicy } = state.subscription(subscription);
  const queue = state.queue(subscription);
  let taken = queue.take(maxMessages, ackDeadlineSeconds);
  if (taken.length === 0 && !returnImmediately) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, pullWaitMilliseconds);
    const forget = queue.whenAvailable(resolve);
    await promise;
    clearTimeout(timer);
    forget();
    taken = queue.take(maxMessages, ackDeadlineSeconds);
  }
  return { receivedMessages: taken.map((delivery) => receivedMessage(delivery, deadLetterPolicy !== null)) };
}

function described(
  name: string,
  { topic, ackDeadlineSeconds, deadLetterPolicy, labels = {}, filter = '' }: StoredSubscription,
): object {
  return {
    name,
    topic,
    ackDeadlineSeconds,
    deadLetterPolicy,
    labels,
    filter,
    messageRetentionDuration: { seconds: 604_800 },
    state: 'ACTIVE',
  };
}

/** The decoder fills absent fields with defaults: those are not set. */
function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return (
    value !== null && value !== '' && value !== 0 && value !== '0' && value !== false && value !== 'STATE_UNSPECIFIED'
  );
}
