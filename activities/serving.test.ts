import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import { servingText } from '../model/serving-seen.ts';
import { observeClients } from '../runtime/google-clients.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { logPages } from './log-pages.ts';
import { servingSeer } from './serving.ts';
import { tokenBucket } from './token-bucket.ts';

const place = { project: 'rhea-prod-4421', location: 'europe-west1' } as const;
const revision = 'shop-00001-abc';
let sandbox: Sandbox;
let clients: ReturnType<typeof observeClients>;
let count = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  clients = observeClients({ host: '127.0.0.1', port: sandbox.basePort });
});
afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()));
  await sandbox.close();
});

/** Something that Cloud Logging has of the service, seconds ago. */
function line(name: string, log: string, ago: number, instanceId?: string): void {
  count += 1;
  sandbox.control.putLogEntries([
    {
      logName: `projects/${place.project}/logs/${log}`,
      resource: {
        type: 'cloud_run_revision',
        labels: { service_name: name, location: place.location, revision_name: revision, project_id: place.project },
      },
      timestamp: Date.now() - ago * 1000,
      severity: 'INFO',
      insertId: `line-${count}`,
      labels: instanceId === undefined ? {} : { instanceId },
      ...(log.endsWith('requests')
        ? { httpRequest: { requestMethod: 'GET', requestUrl: 'https://shop', status: 503 } }
        : { textPayload: 'listening' }),
    },
  ]);
}

function look(name: string, patienceSeconds = 0) {
  const seesServing = servingSeer({
    readPage: logPages(clients.logs, (project) => [`projects/${project}`]),
    lane: tokenBucket('Cloud Logging', 100),
  });
  const since = new Date(Date.now() - 60_000).toISOString();
  const resource = { kind: 'service', ...place, name } as const;
  return new MockActivityEnvironment().run(() => seesServing({ resource, revision, since, patienceSeconds }));
}

test('it serves where an instance of it is seen since', async () => {
  line('served', 'run.googleapis.com%2Frequests', 5, 'i1');
  expect(await look('served')).toMatchObject({ serves: 'seen', at: expect.anything() });
  line('started', 'run.googleapis.com%2Fstdout', 5, 'i1');
  expect(await look('started')).toMatchObject({ serves: 'seen' });
});

test('refused requests, changes and what was before are no sign that it serves', async () => {
  line('down', 'run.googleapis.com%2Frequests', 5);
  line('down', 'cloudaudit.googleapis.com%2Factivity', 5, 'i1');
  line('down', 'run.googleapis.com%2Fstdout', 5);
  line('down', 'run.googleapis.com%2Fstdout', 90, 'i1');
  expect(await look('down')).toEqual({ serves: 'not-seen' });
  expect(servingText({ serves: 'not-seen' })).toMatch(/not seen to serve yet/);
});

test('however many requests are refused, one that is served is not missed for them', async () => {
  line('asked', 'run.googleapis.com%2Frequests', 30, 'i1');
  for (let refused = 0; refused < 1_100; refused += 1) line('asked', 'run.googleapis.com%2Frequests', 5);
  expect(await look('asked')).toMatchObject({ serves: 'seen' });
});

test('with patience it is looked for again, and not longer', async () => {
  await expect(look('idle', 120)).rejects.toThrow(`${revision} is not seen to serve yet`);
  expect(await look('idle', 30)).toEqual({ serves: 'not-seen' });
});

test('where the logs cannot be read, that is said, and is no answer', async () => {
  sandbox.control.fault({ method: 'ListLogEntries', code: 'PERMISSION_DENIED' });
  expect(await look('shop')).toMatchObject({ serves: 'not-known', reason: expect.stringMatching(/PERMISSION_DENIED/) });
});
