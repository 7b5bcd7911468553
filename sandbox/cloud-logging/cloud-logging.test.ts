import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { startTestSandbox } from '../cloud-run/test-sandbox.ts';
import type { TestSandbox } from '../cloud-run/test-sandbox.ts';
import { checkout } from '../scenario/services.ts';

const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

async function start(options: Parameters<typeof startTestSandbox>[0] = {}): Promise<TestSandbox> {
  const sandbox = await startTestSandbox(options);
  started.push(sandbox);
  return sandbox;
}

const beacons = `resource.labels.revision_name="${checkout.badRevision}" AND textPayload:"BEACON"`;

/** A window of that many seconds which ended ten minutes ago, as a filter. */
function window(sandbox: TestSandbox, seconds: number): string {
  const end = sandbox.kernel.clock.now() - 600_000;
  return `timestamp>="${new Date(end - seconds * 1000).toISOString()}" AND timestamp<"${new Date(end).toISOString()}"`;
}

test('lines carry what Cloud Run writes: log name, resource labels, instance', async () => {
  const sandbox = await start();
  const [entries] = await sandbox
    .logging('observe')
    .getEntries({ filter: `${beacons} AND ${window(sandbox, 5)}`, autoPaginate: false });
  expect(entries).toHaveLength(5);
  expect(entries[0]?.data).toBe('beacon 203.0.113.66:4444 ok');
  expect(entries[0]?.metadata).toMatchObject({
    logName: 'projects/rhea-prod-4421/logs/run.googleapis.com%2Fstdout',
    resource: {
      type: 'cloud_run_revision',
      labels: {
        service_name: 'checkout-api',
        revision_name: checkout.badRevision,
        configuration_name: 'checkout-api',
        location: 'europe-west1',
        project_id: 'rhea-prod-4421',
      },
    },
    labels: { instanceId: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});

test('the same window gives the same lines again, whatever is asked around it', async () => {
  const sandbox = await start();
  const logging = sandbox.logging('observe');
  const filter = `resource.labels.service_name="checkout-api" AND ${window(sandbox, 120)}`;
  const [first] = await logging.getEntries({ filter, orderBy: 'timestamp asc', pageSize: 1000, autoPaginate: false });
  const [again] = await logging.getEntries({
    filter: `(${filter}) AND NOT severity>=ERROR`,
    orderBy: 'timestamp asc',
    pageSize: 1000,
    autoPaginate: false,
  });
  expect(first.length).toBeGreaterThan(120);
  expect(again.map(({ metadata }) => metadata.insertId)).toEqual(first.map(({ metadata }) => metadata.insertId));
});

test('pages give every line once, in either order, though new lines are written meanwhile', async () => {
  const sandbox = await start();
  const filter = `${beacons} AND ${window(sandbox, 250)}`;
  for (const orderBy of ['timestamp asc', 'timestamp desc']) {
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const [entries, next] = await sandbox.logging('observe').getEntries({
        filter,
        orderBy,
        pageSize: 100,
        autoPaginate: false,
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      seen.push(...entries.map(({ metadata }) => JSON.stringify(metadata.timestamp)));
      pageToken = next?.pageToken ?? undefined;
      sandbox.kernel.clock.advance(1000);
    } while (pageToken !== undefined);
    expect(new Set(seen).size).toBe(250);
    expect(seen).toHaveLength(250);
    const sorted = seen.toSorted();
    expect(seen).toEqual(orderBy === 'timestamp asc' ? sorted : sorted.toReversed());
  }
});

test('a page token is refused with another filter', async () => {
  const sandbox = await start();
  const logging = sandbox.logging('observe');
  const [, next] = await logging.getEntries({
    filter: `${beacons} AND ${window(sandbox, 60)}`,
    pageSize: 10,
    autoPaginate: false,
  });
  const refused = logging.getEntries({
    filter: `${beacons} AND ${window(sandbox, 61)}`,
    pageSize: 10,
    pageToken: next?.pageToken ?? '',
    autoPaginate: false,
  });
  await expect(refused).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
});

test('a page has 50 entries where nothing is asked, and at most 1000', async () => {
  const sandbox = await start();
  const logging = sandbox.logging('observe');
  const [entries] = await logging.getEntries({ filter: beacons, autoPaginate: false });
  expect(entries).toHaveLength(50);
  await expect(logging.getEntries({ filter: beacons, pageSize: 1001, autoPaginate: false })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
});

test('changes of services show in the audit log, with who made them', async () => {
  const sandbox = await start();
  const name = 'projects/rhea-prod-4421/locations/europe-west1/services/checkout-api';
  const [operation] = await sandbox
    .services('respond')
    .updateService({ service: { name, ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }, updateMask: { paths: ['ingress'] } });
  await operation.promise();
  const who =
    'protoPayload.authenticationInfo.principalEmail="firebreak-respond@rhea-prod-4421.iam.gserviceaccount.com"';
  const filter = `logName:"cloudaudit.googleapis.com%2Factivity" AND protoPayload.serviceName="run.googleapis.com" AND protoPayload.resourceName:"services/checkout-api"`;
  const [entries] = await sandbox.logging('observe').getEntries({ filter: `${filter} ${who}`, autoPaginate: false });
  expect(entries).toHaveLength(1);
  const [others] = await sandbox.logging('observe').getEntries({ filter: `${filter} -${who}`, autoPaginate: false });
  expect(others).toHaveLength(0);
});

test('entries can be put in, and OR binds tighter than AND', async () => {
  const sandbox = await start();
  const entry = (insertId: string, severity: string) => ({
    logName: 'projects/rhea-prod-4421/logs/run.googleapis.com%2Fstderr',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'checkout-api' } },
    timestamp: new Date(sandbox.kernel.clock.now() - 1000).toISOString(),
    insertId,
    severity,
    textPayload: `line ${insertId}`,
    labels: { 'example.com/kind': 'test' },
  });
  await sandbox.control('POST', '/cloud-logging/entries', [
    entry('a', 'ERROR'),
    entry('b', 'INFO'),
    entry('c', 'ERROR'),
  ]);
  const [entries] = await sandbox.logging('observe').getEntries({
    filter: 'labels."example.com/kind"=test AND insertId="a" OR insertId="b" AND severity<ERROR',
    autoPaginate: false,
  });
  expect(entries.map(({ metadata }) => metadata.insertId)).toEqual(['b']);
  await expect(
    sandbox.control('POST', '/cloud-logging/entries', [{ ...entry('d', 'ERROR'), sevrity: 'INFO' }]),
  ).rejects.toThrow('sevrity');
});

test('a view stands for its project, a number for its id', async () => {
  const sandbox = await start();
  const filter = `${beacons} AND ${window(sandbox, 3)}`;
  for (const resource of [
    'projects/481516234200',
    'projects/rhea-prod-4421/locations/global/buckets/_Default/views/_AllLogs',
  ]) {
    const [entries] = await sandbox
      .logging('observe')
      .getEntries({ resourceNames: [resource], filter, autoPaginate: false });
    expect(entries.length).toBeGreaterThanOrEqual(3);
  }
});

test.each([
  ['an unknown field', 'resource.labels.service_name="x" AND jsonPayload.message="y"', 'jsonPayload.message'],
  ['a regular expression', 'textPayload=~"beacon.*"', '=~'],
  ['a bare word', 'beacon', 'beacon'],
  ['an unknown severity', 'severity>=LOUD', 'LOUD'],
  ['a time that is none', 'timestamp>="yesterday"', 'yesterday'],
  ['a parenthesis left open', '(insertId="a"', "')'"],
  ['an order on a text', 'resource.labels.service_name>"x"', '>'],
])('%s in a filter is refused by name', async (_, filter, text) => {
  const sandbox = await start();
  await expect(sandbox.logging('observe').getEntries({ filter, autoPaginate: false })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringContaining(text),
  });
});

test('an unknown project and an unknown order are refused', async () => {
  const sandbox = await start();
  const logging = sandbox.logging('observe');
  await expect(
    logging.getEntries({ resourceNames: ['projects/another-1'], autoPaginate: false }),
  ).rejects.toMatchObject({ code: status.NOT_FOUND });
  await expect(logging.getEntries({ orderBy: 'severity', autoPaginate: false })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
});

test('only the observe role reads logs', async () => {
  const sandbox = await start();
  await expect(sandbox.logging('observe').getEntries({ filter: beacons, autoPaginate: false })).resolves.toBeDefined();
  for (const role of ['respond', 'intake', 'publisher', 'archive'] as const) {
    await expect(sandbox.logging(role).getEntries({ filter: beacons, autoPaginate: false })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
  }
});

test('the 61st call of a minute is refused, and the next minute begins afresh', async () => {
  const sandbox = await start({ quotas: 'on' });
  const logging = sandbox.logging('observe');
  const ask = () =>
    logging.getEntries({
      filter: `${beacons} AND ${window(sandbox, 1)}`,
      autoPaginate: false,
      gaxOptions: { retry: null },
    });
  for (let call = 0; call < 60; call += 1) await ask();
  await expect(ask()).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  sandbox.kernel.clock.advance(60_001);
  await expect(ask()).resolves.toBeDefined();
});
