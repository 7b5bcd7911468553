import { PubSub, v1 } from '@google-cloud/pubsub';
import type { Message } from '@google-cloud/pubsub';
import { credentials, status } from '@grpc/grpc-js';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freeBasePort } from '../kernel/free-port.ts';
import { portOffset } from '../kernel/service.ts';
import type { Role } from '../kernel/service.ts';
import { startKernel } from '../kernel/start-kernel.ts';
import type { KernelOptions, RunningKernel } from '../kernel/start-kernel.ts';
import { registerPubsub } from './register.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';
const project = 'rhea-prod-4421';
const subscription = `projects/${project}/subscriptions/firebreak`;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(options: Partial<KernelOptions> = {}): Promise<RunningKernel> {
  const kernel = await startKernel({ basePort: await freeBasePort(), ...options }, (parts) => ({
    services: registerPubsub(parts).services,
  }));
  closers.push(() => kernel.close());
  return kernel;
}

function pubsubOf({ basePort }: { basePort: number }, role: Role = 'intake'): PubSub {
  const pubsub = new PubSub({
    projectId: project,
    apiEndpoint: `127.0.0.1:${basePort + portOffset[role]}`,
    emulatorMode: true,
  });
  closers.push(() => pubsub.close());
  return pubsub;
}

function lowLevel({ basePort }: { basePort: number }): v1.SubscriberClient {
  const client = new v1.SubscriberClient({
    apiEndpoint: '127.0.0.1',
    port: basePort + portOffset.intake,
    sslCreds: credentials.createInsecure(),
  });
  closers.push(() => client.close());
  return client;
}

/** Publishes as a Security Command Center would. */
async function publish(kernel: { basePort: number }, ...texts: string[]): Promise<void> {
  const topic = pubsubOf(kernel, 'publisher').topic('scc-findings', { batching: { maxMessages: 1 } });
  for (const text of texts) await topic.publishMessage({ data: Buffer.from(text), attributes: { kind: 'test' } });
}

/** Opens a streaming pull and hands each message to the test, which waits for them one by one. */
function receive(
  pubsub: PubSub,
  onMessage: (message: Message, count: number) => void,
): { next: () => Promise<Message> } {
  const received: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  const open = pubsub.subscription('firebreak', { streamingOptions: { maxStreams: 1 } });
  let count = 0;
  open.on('message', (message) => {
    count += 1;
    onMessage(message, count);
    const waiter = waiting.shift();
    if (waiter === undefined) received.push(message);
    else waiter(message);
  });
  closers.push(() => open.close());
  return {
    next: async () => {
      const first = received.shift();
      if (first !== undefined) return first;
      return await new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
  };
}

test('the real client pulls what was published, and an acknowledged message does not come again', async () => {
  const kernel = await start();
  await publish(kernel, 'one', 'two');
  const stream = receive(pubsubOf(kernel), (message) => message.ack());
  const texts = [(await stream.next()).data.toString(), (await stream.next()).data.toString()];
  expect(texts.sort()).toEqual(['one', 'two']);
  await expect.poll(() => kernel.calls.list({ method: 'Acknowledge' }).length, { timeout: 120_000 }).toBeGreaterThan(0);
  kernel.clock.advance(700_000);
  const [again] = await lowLevel(kernel).pull({ subscription, maxMessages: 10, returnImmediately: true });
  expect(again.receivedMessages).toEqual([]);
});

test('a message given back comes again', async () => {
  const kernel = await start();
  await publish(kernel, 'again');
  const stream = receive(pubsubOf(kernel), (message, count) => (count === 1 ? message.nack() : message.ack()));
  const [first, second] = [await stream.next(), await stream.next()];
  expect([first.id, first.data.toString(), first.attributes]).toEqual([second.id, 'again', { kind: 'test' }]);
});

test('a message that is not acknowledged by its deadline comes again; acknowledging it too late does not help', async () => {
  const kernel = await start();
  const client = lowLevel(kernel);
  await publish(kernel, 'slow');
  const pull = async (): Promise<string[]> => {
    const [{ receivedMessages }] = await client.pull({ subscription, maxMessages: 10, returnImmediately: true });
    return receivedMessages?.map(({ ackId }) => String(ackId)) ?? [];
  };
  const first = await pull();
  expect(first).toHaveLength(1);
  expect(await pull(), 'it is leased').toEqual([]);
  await client.modifyAckDeadline({ subscription, ackIds: first, ackDeadlineSeconds: 60 });
  kernel.clock.advance(30_000);
  expect(await pull(), 'the lease was extended').toEqual([]);
  kernel.clock.advance(31_000);
  const second = await pull();
  expect(second).toHaveLength(1);
  await client.acknowledge({ subscription, ackIds: first });
  kernel.clock.advance(11_000);
  const third = await pull();
  expect(third).toHaveLength(1);
  await client.acknowledge({ subscription, ackIds: third });
  kernel.clock.advance(11_000);
  expect(await pull()).toEqual([]);
});

test('an open stream lives through a restart and gets again what it had not acknowledged', async () => {
  const stateFile = join(mkdtempSync(join(tmpdir(), 'firebreak-pubsub-')), 'state.json');
  const kernel = await start({ stateFile });
  await publish(kernel, 'kept');
  let acknowledge = false;
  const stream = receive(pubsubOf(kernel), (message) => {
    if (acknowledge) message.ack();
  });
  const before = await stream.next();
  await kernel.close();
  acknowledge = true;
  const restarted = await start({ stateFile, basePort: kernel.basePort });
  const after = await stream.next();
  expect([after.id, after.data.toString()]).toEqual([before.id, 'kept']);
  await expect
    .poll(() => restarted.calls.list({ method: 'Acknowledge' }), { timeout: 120_000 })
    .toMatchObject([{ role: 'intake', code: 'OK' }]);
});

test('two subscribers share a subscription: each message goes to one of them', async () => {
  const kernel = await start();
  const [left, right]: [string[], string[]] = [[], []];
  for (const bucket of [left, right]) {
    receive(pubsubOf(kernel), (message) => {
      bucket.push(message.data.toString());
      message.ack();
    });
  }
  await expect.poll(() => kernel.calls.list({ method: 'StreamingPull' }).length, { timeout: 120_000 }).toBe(2);
  const sent = Array.from({ length: 20 }, (_, index) => String(index));
  await publish(kernel, ...sent);
  await expect.poll(() => left.length + right.length, { timeout: 120_000 }).toBe(20);
  expect([...left, ...right].sort()).toEqual(sent.sort());
  expect(Math.min(left.length, right.length)).toBeGreaterThan(0);
});

test('no more messages are outstanding than the stream allows', async () => {
  const kernel = await start();
  const held: Message[] = [];
  const open = pubsubOf(kernel).subscription('firebreak', {
    flowControl: { maxMessages: 3 },
    streamingOptions: { maxStreams: 1 },
  });
  open.on('message', (message) => held.push(message));
  closers.push(() => open.close());
  await publish(kernel, '1', '2', '3', '4', '5');
  await expect.poll(() => held.length, { timeout: 120_000 }).toBe(3);
  const [rest] = await lowLevel(kernel).pull({ subscription, maxMessages: 10, returnImmediately: true });
  expect(rest.receivedMessages, 'the others are still there for another subscriber').toHaveLength(2);
  for (const message of held) message.nack();
});

test.each([
  ['exact', [1, 2, 3, 4, 5], [0]],
  ['approximate', [1, 2, 3, 4], [0, 0]],
] as const)(
  'with a dead letter policy attempts are counted, and the message moves after them, played %s; without one the attempt is 0',
  async (way, attempts, copies) => {
    const kernel = await start({ reality: { 'dead-letters': way } });
    const pubsub = pubsubOf(kernel);
    const [dead] = await pubsub.createTopic('dead');
    await dead.createSubscription('dead');
    await pubsub
      .topic('scc-findings')
      .createSubscription('counted', { deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 } });
    await publish(kernel, 'poison');
    const client = lowLevel(kernel);
    const pull = async (name: string): Promise<unknown[]> => {
      const full = `projects/${project}/subscriptions/${name}`;
      const [{ receivedMessages }] = await client.pull({
        subscription: full,
        maxMessages: 10,
        returnImmediately: true,
      });
      return receivedMessages?.map(({ deliveryAttempt }) => deliveryAttempt) ?? [];
    };
    expect(await pull('firebreak')).toEqual([0]);
    for (const attempt of attempts) {
      expect(await pull('counted')).toEqual([attempt]);
      kernel.clock.advance(10_000);
    }
    expect(await pull('counted')).toEqual([]);
    expect(await pull('dead')).toEqual(copies);
  },
);

test.each([
  [
    'a topic that does not exist',
    async (pubsub: PubSub) => pubsub.topic('nowhere').publishMessage({ data: Buffer.from('x') }),
    status.NOT_FOUND,
  ],
  [
    'a subscription that does not exist',
    async (pubsub: PubSub) => pubsub.subscription('nowhere').getMetadata(),
    status.NOT_FOUND,
  ],
  [
    'an option that the sandbox does not know',
    async (pubsub: PubSub) =>
      pubsub.topic('scc-findings').createSubscription('x-y-z', { enableExactlyOnceDelivery: true }),
    status.INVALID_ARGUMENT,
  ],
  ['a topic twice', async (pubsub: PubSub) => pubsub.createTopic('scc-findings'), status.ALREADY_EXISTS],
])('%s is refused', async (_name, act, code) => {
  await expect(act(pubsubOf(await start()))).rejects.toMatchObject({ code });
});

test('a streaming pull on a subscription that does not exist ends with NOT_FOUND', async () => {
  const missing = pubsubOf(await start()).subscription('nowhere');
  const { promise, resolve } = Promise.withResolvers<unknown>();
  missing.on('error', resolve);
  missing.on('message', () => resolve(new Error('there is no such subscription')));
  closers.push(() => missing.close());
  expect(await promise).toMatchObject({ code: status.NOT_FOUND });
});
