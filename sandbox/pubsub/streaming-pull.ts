import { invalidArgument } from '../kernel/refuse.ts';
import type { BidiCall, BidiHandler } from '../kernel/service.ts';
import type { Delivery, Queue } from './queue.ts';
import { receivedMessage } from './received-message.ts';
import type { PubsubState } from './state.ts';

interface StreamingPullRequest {
  readonly subscription: string;
  readonly ackIds: readonly string[];
  readonly modifyDeadlineSeconds: readonly number[];
  readonly modifyDeadlineAckIds: readonly string[];
  readonly streamAckDeadlineSeconds: number;
  readonly maxOutstandingMessages: string;
  readonly maxOutstandingBytes: string;
  readonly protocolVersion: string;
}

/** An open stream: what its client may hold, and what it holds. */
interface Stream {
  readonly queue: Queue;
  readonly keepAlive: boolean;
  setAckDeadline(seconds: number): void;
}

/** Subscriber.StreamingPull. Source of its rules: the comments of StreamingPullRequest in google/pubsub/v1/pubsub.proto. */
export function streamingPull(state: PubsubState): BidiHandler {
  return (call) => {
    let stream: Stream | undefined;
    call.onRequest((request: StreamingPullRequest) => {
      if (stream === undefined) {
        stream = openStream(state, call, request);
      } else {
        checkLater(request);
        if (request.streamAckDeadlineSeconds !== 0)
          stream.setAckDeadline(checkedDeadline(request.streamAckDeadlineSeconds));
        // The client drops a stream that does not answer its pings.
        if (stream.keepAlive) call.send({ receivedMessages: [] });
      }
      settle(stream.queue, request);
    });
  };
}

function openStream(state: PubsubState, call: BidiCall, first: StreamingPullRequest): Stream {
  const hasPolicy = state.subscription(first.subscription).deadLetterPolicy !== null;
  const queue = state.queue(first.subscription);
  const room = { messages: limit(first.maxOutstandingMessages), bytes: limit(first.maxOutstandingBytes) };
  let ackDeadline = checkedDeadline(first.streamAckDeadlineSeconds);
  const account = ({ message }: Delivery, sign: 1 | -1): void => {
    room.messages -= sign;
    room.bytes -= sign * Math.ceil((message.dataBase64.length * 3) / 4);
  };
  const detach = queue.attach({
    hasRoom: () => room.messages > 0 && room.bytes > 0,
    ackDeadlineSeconds: () => ackDeadline,
    deliver: (delivery) => {
      account(delivery, 1);
      call.send({ receivedMessages: [receivedMessage(delivery, hasPolicy)] });
    },
    settled: (delivery) => account(delivery, -1),
  });
  call.onEnd(detach);
  return {
    queue,
    keepAlive: Number(first.protocolVersion) >= 1,
    setAckDeadline: (seconds) => {
      ackDeadline = seconds;
    },
  };
}

function checkLater(request: StreamingPullRequest): void {
  for (const field of ['subscription', 'maxOutstandingMessages', 'maxOutstandingBytes', 'protocolVersion'] as const) {
    if (request[field] !== '' && request[field] !== '0')
      throw invalidArgument(`${field} can only be set on the first request of a stream`);
  }
}

function settle(queue: Queue, { ackIds, modifyDeadlineAckIds, modifyDeadlineSeconds }: StreamingPullRequest): void {
  if (modifyDeadlineAckIds.length !== modifyDeadlineSeconds.length) {
    throw invalidArgument('modifyDeadlineSeconds and modifyDeadlineAckIds must have the same length');
  }
  queue.acknowledge(ackIds);
  for (const [index, ackId] of modifyDeadlineAckIds.entries()) {
    const seconds = modifyDeadlineSeconds[index] ?? 0;
    if (seconds < 0 || seconds > 600)
      throw invalidArgument(`modifyDeadlineSeconds must be from 0 to 600, not ${seconds}`);
    queue.modifyDeadline(ackId, seconds);
  }
}

function checkedDeadline(seconds: number): number {
  if (seconds < 10 || seconds > 600)
    throw invalidArgument(`streamAckDeadlineSeconds must be from 10 to 600, not ${seconds}`);
  return seconds;
}

function limit(value: string): number {
  return Number(value) > 0 ? Number(value) : Number.POSITIVE_INFINITY;
}
