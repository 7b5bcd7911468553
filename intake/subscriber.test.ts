import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { planPorts } from '../local/ports.ts';
import { readConfiguration, type Configuration } from '../runtime/configuration.ts';
import { ensureTrust } from '../runtime/first-trust.ts';
import { statePaths } from '../runtime/state-folder.ts';
import { createLogger } from '../runtime/logger.ts';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { createCounters } from './counters.ts';
import { handleMessage } from './handle-message.ts';
import { handlingTools } from './handling-tools.ts';
import { runIntake } from './main.ts';
import { pubsubClient } from './pubsub-client.ts';
import { runSubscriber } from './subscriber.ts';
import { startBench, type Bench } from './test/bench.ts';
import { newestRun, signalsOf } from './test/cases.ts';
import { cuttableLine } from './test/cuttable-line.ts';
import { caseOf, newFindingId, notificationText, parents } from './test/notifications.ts';

let bench: Bench;
let sandbox: Sandbox;
let configuration: Configuration;
let tests = 0;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  bench = await startBench();
});

beforeEach(async () => {
  tests += 1;
  await ensureTrust(statePaths(join(bench.folder, `state-${tests}`)));
  const basePort = planPorts(bench.base).sandbox;
  sandbox = await startSandbox({ basePort });
  configuration = {
    ...(await readConfiguration(join(bench.folder, `state-${tests}`), {
      FIREBREAK_SANDBOX: `127.0.0.1:${basePort}`,
      FIREBREAK_SCC_PARENTS: parents.join(','),
    })),
    temporal: { address: bench.address, namespace: 'default' },
    logLevel: 'error',
  };
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await sandbox.close();
});

afterAll(() => bench.close());

/** The messages that are not acknowledged, with how often each was delivered. */
function unacknowledged(): { attempts: number }[] {
  const { value } = sandbox.control.section<{
    subscriptions: Record<string, { messages: Record<string, { attempts: number }> }>;
  }>('pubsub', () => {
    throw new Error('the sandbox has no Pub/Sub');
  });
  return Object.values(value.subscriptions[configuration.subscription]?.messages ?? {});
}

/** Until the server has seen that the stream was closed, it may still send a message there. */
async function pullingStopped(): Promise<void> {
  const codes = (): string[] => sandbox.control.calls({ method: 'StreamingPull' }).map(({ code }) => code);
  await expect.poll(codes).not.toContain('PENDING');
}

function givenBack(): number {
  const calls = sandbox.control.calls({ method: 'ModifyAckDeadline' });
  return calls.filter(({ request }) => (request as { ackDeadlineSeconds: number }).ackDeadlineSeconds === 0).length;
}

/** Runs intake's parts against Temporal at that address; stops with the test. Short waits, and errors at once. */
async function start(address: string) {
  // Without the client's own retries, which take ten seconds to give up.
  const connection = await Connection.connect({
    address,
    interceptors: [],
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 20,
      'grpc.min_reconnect_backoff_ms': 20,
      'grpc.max_reconnect_backoff_ms': 100,
    },
  });
  const client = new Client({ connection });
  const pubsub = pubsubClient(configuration.google);
  const counters = createCounters();
  const abort = new AbortController();
  const failures: unknown[] = [];
  const probes = { count: 0 };
  const running = runSubscriber({
    pubsub,
    subscription: configuration.subscription,
    logger: createLogger('test', 'silent'),
    signal: abort.signal,
    backoff: { first: 20, most: 200 },
    async probe() {
      probes.count += 1;
      await client.workflowService.describeNamespace({ namespace: 'default' });
    },
    async handle(message) {
      try {
        counters.count(await handleMessage(message, handlingTools(configuration, client)));
      } catch (error) {
        failures.push(error);
        throw error;
      }
    },
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      abort.abort();
      await running;
      await pubsub.close();
      await connection.close();
    })();
    return stopped;
  };
  stops.push(stop);
  return { counters, failures, probes, stop };
}

test('intake pulls, makes cases, stores dead letters, counts what is not ours, acknowledges all, and ends when told to', async () => {
  const id = newFindingId();
  sandbox.control.publishRaw(notificationText(id));
  sandbox.control.publishRaw(notificationText(newFindingId(), { findingClass: 'OBSERVATION' }));
  sandbox.control.publishRaw('rubbish');
  const abort = new AbortController();
  const running = runIntake(configuration, abort.signal);
  await expect.poll(unacknowledged, { timeout: 120_000 }).toEqual([]);
  expect(await newestRun(bench, caseOf(id))).toBeDefined();
  const { deadLetters } = handlingTools(configuration, bench.client);
  expect(await deadLetters.list()).toMatchObject([{ reason: expect.stringContaining('expected JSON'), bytes: 7 }]);
  abort.abort();
  await running;
  await pullingStopped();
  sandbox.control.publishRaw(notificationText(newFindingId()));
  expect(unacknowledged()).toMatchObject([{ attempts: 0 }]);
});

test('intake that waits for Temporal pulls nothing, and ends when told to', async () => {
  const abort = new AbortController();
  sandbox.control.publishRaw(notificationText(newFindingId()));
  const nowhere = {
    ...configuration,
    logLevel: 'error' as const,
    temporal: { address: '127.0.0.1:1', namespace: 'default' },
  };
  const running = runIntake(nowhere, abort.signal);
  setTimeout(() => abort.abort(), 200);
  await running;
  expect(unacknowledged()).toMatchObject([{ attempts: 0 }]);
});

test('step 7: while Temporal is away nothing is acknowledged or given back and nothing more is pulled; then everything becomes a case', async () => {
  const line = await cuttableLine(Number(bench.address.split(':')[1]));
  stops.push(() => line.close());
  const ids = [newFindingId(), newFindingId(), newFindingId()];
  const later = newFindingId();
  const { counters, failures, probes } = await start(`127.0.0.1:${line.port}`);
  line.cut();
  for (const id of ids) sandbox.control.publishRaw(notificationText(id));
  await expect.poll(() => failures.length).toBeGreaterThanOrEqual(1);
  await pullingStopped();
  sandbox.control.publishRaw(notificationText(later));
  // Acknowledgements are sent in batches, a tenth of a second apart.
  const before = probes.count;
  await expect.poll(() => probes.count, { timeout: 120_000 }).toBeGreaterThan(before + 3);
  expect(unacknowledged().length).toBe(4);
  expect(unacknowledged().at(-1)).toMatchObject({ attempts: 0 });
  for (const id of ids) expect(await newestRun(bench, caseOf(id))).toBeUndefined();
  expect(givenBack()).toBe(0);

  line.mend();
  await expect.poll(unacknowledged, { timeout: 120_000 }).toEqual([]);
  for (const id of [...ids, later]) expect(await newestRun(bench, caseOf(id))).toBeDefined();
  expect(counters.counts().outcomes).toEqual({ started: 4 });
  expect(givenBack()).toBe(0);
});

test('what is held when intake ends is given back once, for another intake', async () => {
  const line = await cuttableLine(Number(bench.address.split(':')[1]));
  stops.push(() => line.close());
  const id = newFindingId();
  const first = await start(`127.0.0.1:${line.port}`);
  line.cut();
  sandbox.control.publishRaw(notificationText(id));
  await expect.poll(() => first.failures.length).toBeGreaterThanOrEqual(1);
  await first.stop();
  expect(givenBack()).toBe(1);
  const second = await start(bench.address);
  await expect.poll(unacknowledged, { timeout: 120_000 }).toEqual([]);
  expect(second.counters.counts().outcomes).toEqual({ started: 1 });
});

test('promises 1 and 2: killed between the start and the acknowledgement, the message comes again and it is still one case', async () => {
  const id = newFindingId();
  const script = fileURLToPath(new URL('test/crash-after-start.ts', import.meta.url));
  const place = `127.0.0.1:${planPorts(bench.base).sandbox}`;
  const child = spawn(process.execPath, [script, configuration.stateDir, bench.address, place], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  sandbox.control.publishRaw(notificationText(id));
  expect(await ended).toEqual([null, 'SIGKILL']);
  const run = await newestRun(bench, caseOf(id));
  expect(run).toBeDefined();
  expect(unacknowledged()).toMatchObject([{ attempts: 1 }]);

  const { counters } = await start(bench.address);
  sandbox.control.advanceClock(600_000);
  await expect.poll(unacknowledged, { timeout: 120_000 }).toEqual([]);
  expect(counters.counts().outcomes).toEqual({ signalled: 1 });
  expect(await newestRun(bench, caseOf(id))).toBe(run);
  expect(await signalsOf(bench, caseOf(id), run!)).toHaveLength(1);
});

test('a subscription that is not there yet is tried until it is', async () => {
  const id = newFindingId();
  configuration = { ...configuration, subscription: `projects/${sandbox.project}/subscriptions/later` };
  const { counters } = await start(bench.address);
  await expect.poll(() => sandbox.control.calls({ method: 'StreamingPull' }).length).toBeGreaterThanOrEqual(2);
  const pubsub = pubsubClient(configuration.google);
  stops.push(() => pubsub.close());
  await pubsub.createSubscription(`projects/${sandbox.project}/topics/scc-findings`, configuration.subscription);
  sandbox.control.publishRaw(notificationText(id));
  await expect.poll(() => counters.counts().outcomes).toEqual({ started: 1 });
});

test.each(['exact', 'approximate'] as const)(
  'what Pub/Sub has moved to a dead letter topic (%s: early, and twice) is one case once intake reads that topic',
  async (way) => {
    sandbox.control.setReality({ 'dead-letters': way });
    const pubsub = pubsubClient(configuration.google);
    stops.push(() => pubsub.close());
    const named = (what: string): string => `projects/${sandbox.project}/${what}`;
    const [dead] = await pubsub.createTopic(named('topics/dead'));
    await dead.createSubscription(named('subscriptions/dead'));
    const deadLetterPolicy = { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 };
    const [fragile] = await pubsub
      .topic(named('topics/scc-findings'))
      .createSubscription(named('subscriptions/fragile'), { deadLetterPolicy });
    const id = newFindingId();
    sandbox.control.publishRaw(notificationText(id));
    fragile.on('message', (message) => message.nack());
    configuration = { ...configuration, subscription: named('subscriptions/dead') };
    await expect.poll(() => unacknowledged().length, { timeout: 60_000 }).toBe(way === 'exact' ? 1 : 2);
    await fragile.close();

    const { counters } = await start(bench.address);
    await expect.poll(unacknowledged, { timeout: 120_000 }).toEqual([]);
    const run = await newestRun(bench, caseOf(id));
    expect(await signalsOf(bench, caseOf(id), run!)).toHaveLength(1);
    const { started = 0, signalled = 0 } = counters.counts().outcomes;
    expect({ started, signalled }).toEqual({ started: 1, signalled: way === 'exact' ? 0 : 1 });
  },
);
