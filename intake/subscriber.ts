import { Duration, type Message, type PubSub, type Subscription } from '@google-cloud/pubsub';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type Backoff, createWaits, pauseUnlessAborted, untilAborted } from '../runtime/waiting.ts';
import { createGate } from './gate.ts';
import type { IncomingMessage } from './incoming-message.ts';

/** What to pull from, and what to do with it. */
export interface SubscriberOptions {
  readonly pubsub: PubSub;
  /** `projects/P/subscriptions/S`. */
  readonly subscription: string;
  /** Takes one message; it is acknowledged when this resolves, and held when it throws. */
  readonly handle: (message: IncomingMessage) => Promise<void>;
  /** Throws while handling cannot succeed. */
  readonly probe: () => Promise<void>;
  readonly logger: Logger;
  /** Ends the pulling. */
  readonly signal: AbortSignal;
  /** Default: 1 s to 30 s. */
  readonly backoff?: Backoff;
  /** How long messages in hand may take once the signal is aborted, milliseconds. Default 10 s. */
  readonly grace?: number;
}

/** The client extends a message's lease until then; after that Pub/Sub delivers it again. */
const longestLease = Duration.from({ minutes: 60 });

const streamOptions = {
  flowControl: { maxMessages: 100, maxBytes: 64 * 1024 * 1024 },
  // The flow control holds for each stream.
  streamingOptions: { maxStreams: 1, retryMaxBackoff: Duration.from({ seconds: 10 }) },
  maxExtensionTime: longestLease,
  // Closing stops the pulling only; what is in hand keeps its lease until it is settled.
  closeOptions: { behavior: 'WAIT', timeout: longestLease },
} as const;

/**
 * Pulls until the signal aborts, then finishes what is in hand and gives back the rest. When handling fails (step 7 of the exact rule) it
 * stops pulling, keeps the leases of what it holds, waits with back-off until the probe succeeds, handles what it holds again, and pulls on.
 * Nothing is given back meanwhile: that would only bring it back at once.
 */
export async function runSubscriber(options: SubscriberOptions): Promise<void> {
  const { pubsub, subscription: name, handle, probe, logger, signal } = options;
  const { backoff = { first: 1_000, most: 30_000 }, grace = 10_000 } = options;
  /** Messages in hand, and the handling of each. */
  const inHand = new Map<Message, Promise<void>>();
  const draining = new Set<Promise<void>>();
  const streamWaits = createWaits(backoff);
  let stream: Subscription | undefined;

  const gate = createGate({
    backoff,
    probe,
    signal,
    onShut: (error) => {
      logger.warn(
        { error: messageOf(error), held: inHand.size },
        'cannot deliver: pulling stops, messages in hand are kept',
      );
      closeStream();
    },
    onStillShut: (error) => logger.warn({ error: messageOf(error), held: inHand.size }, 'still cannot deliver'),
    onOpen: () => {
      logger.info({ held: inHand.size }, 'delivering again');
      openStream();
    },
  });

  function openStream(): void {
    if (stream !== undefined || signal.aborted || !gate.open()) return;
    const opened = pubsub.subscription(name, streamOptions);
    stream = opened;
    opened.on('error', (error: unknown) => void reopenStream(opened, error));
    opened.on('message', (message: Message) => {
      streamWaits.restart();
      inHand.set(
        message,
        take(message).finally(() => inHand.delete(message)),
      );
    });
  }

  function closeStream(): void {
    if (stream === undefined) return;
    const drained = drain(stream).finally(() => draining.delete(drained));
    draining.add(drained);
    stream = undefined;
  }

  async function drain(closing: Subscription): Promise<void> {
    try {
      await closing.close();
    } catch (error) {
      logger.warn(
        { error: messageOf(error) },
        'the subscription did not close well; what was not acknowledged comes again',
      );
    }
  }

  /** The client retries what passes by itself; this is what it gives up on, such as a subscription that is not there. */
  async function reopenStream(lost: Subscription, error: unknown): Promise<void> {
    if (lost !== stream) return;
    logger.error({ subscription: name, error: messageOf(error) }, 'the subscription cannot be pulled; trying again');
    closeStream();
    await streamWaits.wait(signal);
    openStream();
  }

  async function take(message: Message): Promise<void> {
    for (;;) {
      await gate.passage();
      if (signal.aborted) break;
      try {
        await handle({ id: message.id, attributes: message.attributes, data: message.data });
        message.ack();
        gate.succeeded();
        return;
      } catch (error) {
        gate.shut(error);
      }
    }
    message.nack();
  }

  openStream();
  await untilAborted(signal);
  closeStream();
  await within(grace, Promise.all(inHand.values()));
  // Given back once, so that another intake has them now rather than when the lease ends.
  for (const message of inHand.keys()) message.nack();
  await within(2_000, Promise.all(draining));
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, pauseUnlessAborted(milliseconds, done.signal)]);
  done.abort();
}
