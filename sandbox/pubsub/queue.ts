import { randomBytes } from 'node:crypto';
import type { World } from '../kernel/reality.ts';
import { invalidArgument } from '../kernel/refuse.ts';
import { deadLettering } from './dead-lettering.ts';
import type { StoredMessage, StoredSubscription } from './state.ts';

/** A message on its way to a subscriber. */
export interface Delivery {
  readonly ackId: string;
  readonly message: StoredMessage;
  /** How often it was delivered, this time included. */
  readonly attempt: number;
}

/** Someone to whom messages are sent as they come: one open stream. */
export interface Consumer {
  /** Whether one more message may be sent now. */
  readonly hasRoom: () => boolean;
  readonly ackDeadlineSeconds: () => number;
  readonly deliver: (delivery: Delivery) => void;
  /** The message that was delivered with this id was acknowledged, given back, or its deadline has passed. */
  readonly settled: (delivery: Delivery) => void;
}

/** The messages of one subscription: at least once, in no promised order, to whoever has room. */
export interface Queue {
  /** A message that was just published. */
  add(message: StoredMessage): void;
  /** Sends messages to this consumer until the returned function is called; what it holds then stays with it until the deadline. */
  attach(consumer: Consumer): () => void;
  /** Up to that many messages, now. */
  take(maximum: number, ackDeadlineSeconds: number): Delivery[];
  acknowledge(ackIds: readonly string[]): void;
  /** Zero gives the message back at once. */
  modifyDeadline(ackId: string, seconds: number): void;
  /** Sends what can be sent: after a consumer has got room. */
  pump(): void;
  /** Gives back every message whose deadline has passed. */
  expire(): void;
  /** Calls the listener once, when the next message can be taken; the returned function forgets it. */
  whenAvailable(listener: () => void): () => void;
}

interface Lease {
  readonly delivery: Delivery;
  readonly consumer: Consumer | undefined;
  deadline: number;
}

const ackIdPattern = /^[0-9]+-[0-9]+-[0-9a-f]{8}$/;

/** Creates the queue over the kept messages; all of them are available, since deadlines do not outlive the process. */
export function createQueue(
  subscription: StoredSubscription,
  tools: {
    readonly now: () => number;
    readonly touch: () => void;
    readonly deadLetter: (topic: string, message: StoredMessage) => void;
    readonly world: Pick<World, 'dead-letters'>;
  },
): Queue {
  const available = new Set(Object.keys(subscription.messages));
  const leases = new Map<string, Lease>();
  const consumers: Consumer[] = [];
  let waiting: (() => void)[] = [];
  // Ack ids of an earlier process must never settle a delivery of this one.
  const process = randomBytes(4).toString('hex');

  const lease = (consumer: Consumer | undefined, seconds: number): Delivery | undefined => {
    for (const id of available) {
      available.delete(id);
      const message = subscription.messages[id];
      if (message === undefined) continue;
      tools.touch();
      const { deadLetterPolicy } = subscription;
      const dead = deadLetterPolicy && deadLettering(message, deadLetterPolicy.maxDeliveryAttempts, tools.world);
      if (deadLetterPolicy !== null && dead !== null) {
        delete subscription.messages[id];
        for (let copy = 0; copy < dead.copies; copy += 1) tools.deadLetter(deadLetterPolicy.deadLetterTopic, message);
        continue;
      }
      message.attempts += 1;
      const delivery = { ackId: `${id}-${message.attempts}-${process}`, message, attempt: message.attempts };
      leases.set(delivery.ackId, { delivery, consumer, deadline: tools.now() + seconds * 1000 });
      return delivery;
    }
    return undefined;
  };

  const pump = (): void => {
    while (available.size > 0) {
      const index = consumers.findIndex((consumer) => consumer.hasRoom());
      const [consumer] = index < 0 ? [] : consumers.splice(index, 1);
      if (consumer === undefined) break;
      // To the end of the line, so that subscribers share the load.
      consumers.push(consumer);
      const delivery = lease(consumer, consumer.ackDeadlineSeconds());
      if (delivery !== undefined) consumer.deliver(delivery);
    }
    if (available.size > 0) for (const listener of waiting.splice(0)) listener();
  };

  const settle = (ackId: string, { consumer, delivery }: Lease): void => {
    leases.delete(ackId);
    consumer?.settled(delivery);
  };

  const leaseOf = (ackId: string): Lease | undefined => {
    if (!ackIdPattern.test(ackId)) throw invalidArgument(`the ack id ${JSON.stringify(ackId)} is malformed`);
    return leases.get(ackId);
  };

  const giveBack = (ackId: string, held: Lease): void => {
    settle(ackId, held);
    available.add(held.delivery.message.messageId);
  };

  return {
    add(message) {
      subscription.messages[message.messageId] = message;
      available.add(message.messageId);
      tools.touch();
      pump();
    },
    attach(consumer) {
      consumers.push(consumer);
      pump();
      return () => {
        const index = consumers.indexOf(consumer);
        if (index >= 0) consumers.splice(index, 1);
      };
    },
    take(maximum, ackDeadlineSeconds) {
      const taken: Delivery[] = [];
      while (taken.length < maximum) {
        const delivery = lease(undefined, ackDeadlineSeconds);
        if (delivery === undefined) break;
        taken.push(delivery);
      }
      return taken;
    },
    acknowledge(ackIds) {
      for (const ackId of ackIds) {
        const held = leaseOf(ackId);
        // Too late, or twice: no error. The message comes again where the deadline had passed.
        if (held === undefined) continue;
        settle(ackId, held);
        delete subscription.messages[held.delivery.message.messageId];
        tools.touch();
      }
      pump();
    },
    modifyDeadline(ackId, seconds) {
      const held = leaseOf(ackId);
      if (held === undefined) return;
      if (seconds > 0) held.deadline = tools.now() + seconds * 1000;
      else giveBack(ackId, held);
      pump();
    },
    pump,
    expire() {
      const now = tools.now();
      for (const [ackId, held] of leases) if (held.deadline <= now) giveBack(ackId, held);
      pump();
    },
    whenAvailable(listener) {
      waiting.push(listener);
      return () => {
        waiting = waiting.filter((each) => each !== listener);
      };
    },
  };
}
