import { afterEach, expect, test } from 'vitest';
import { name, off, startTestSandbox, toGood, update } from '../cloud-run/test-sandbox.ts';
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

async function list(sandbox: TestSandbox, since: number, filter: string) {
  const from = new Date(since).toISOString();
  const [entries] = await sandbox.logging('observe').getEntries({
    filter: `resource.labels.service_name="checkout-api" AND timestamp>="${from}" AND ${filter}`,
    orderBy: 'timestamp asc',
    pageSize: 1000,
    autoPaginate: false,
  });
  return entries.map(({ metadata, data }) => ({ ...metadata, text: String(data) }));
}

const requests = 'logName:"run.googleapis.com%2Frequests"';
const platform = 'logName="projects/rhea-prod-4421/logs/run.googleapis.com%2Fvarlog%2Fsystem"';

test.each(['logged', 'unlogged'] as const)(
  'requests refused while nothing runs are %s, and no instance is named',
  async (way) => {
    const sandbox = await start({ reality: { 'refused-requests': way } });
    await update(sandbox, { scaling: off }, ['scaling']);
    sandbox.kernel.clock.advance(60_000);
    const since = sandbox.kernel.clock.now();
    sandbox.kernel.clock.advance(600_000);
    const lines = await list(sandbox, since, requests);
    if (way === 'unlogged') return expect(lines).toEqual([]);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      expect(line).toMatchObject({
        httpRequest: { status: 503 },
        resource: { labels: { revision_name: checkout.badRevision } },
      });
      expect(line.labels ?? {}).not.toHaveProperty('instanceId');
    }
    expect(await list(sandbox, since, `${requests} AND labels.instanceId:*`)).toEqual([]);
  },
);

test('the platform says when an instance starts and when its container ended, with its id', async () => {
  const sandbox = await start({ reality: { 'manual-zero': 'ends', traffic: 'at-end' } });
  const since = sandbox.kernel.clock.now();
  await update(sandbox, { traffic: toGood, scaling: off }, ['traffic', 'scaling']);
  sandbox.kernel.clock.advance(60_000);
  await update(sandbox, { scaling: { scalingMode: 'AUTOMATIC', minInstanceCount: 1, maxInstanceCount: 8 } }, [
    'scaling',
  ]);
  sandbox.kernel.clock.advance(60_000);
  const lines = await list(sandbox, since, platform);
  expect(lines.map(({ text, resource }) => [resource?.labels?.['revision_name'], text])).toEqual([
    [checkout.badRevision, 'Container terminated on signal 9.'],
    [checkout.goodRevision, 'Starting new instance. Reason: AUTOSCALING'],
  ]);
  for (const { labels } of lines) expect(labels?.['instanceId']).toMatch(/^[0-9a-f]{64}$/);
  expect(name).toContain('checkout-api');
});
