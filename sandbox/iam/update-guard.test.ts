import { JobsClient, ServicesClient, WorkerPoolsClient } from '@google-cloud/run';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freeBasePort } from '../kernel/free-port.ts';
import { portOffset } from '../kernel/service.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { repositoryOf } from './image-repository.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1', name: 'guarded' };
const account = 'shop@rhea-prod-4421.iam.gserviceaccount.com';
const image = 'europe-west1-docker.pkg.dev/rhea-prod-4421/apps/shop:1';
const repository = 'projects/rhea-prod-4421/locations/europe-west1/repositories/apps';
const parent = `projects/${place.project}/locations/${place.location}`;
const actAs = { role: 'respond', permission: 'iam.serviceAccounts.actAs' } as const;
const download = { role: 'respond', permission: 'artifactregistry.repositories.downloadArtifacts' } as const;

let sandbox: Sandbox;
let clients: { services: ServicesClient; pools: WorkerPoolsClient; jobs: JobsClient };
beforeAll(async () => {
  const basePort = await freeBasePort();
  sandbox = await startSandbox({ basePort, pace: 'brisk', reality: { aborted: 'never' } });
  const port = basePort + portOffset.respond;
  const endpoint = { apiEndpoint: '127.0.0.1', port, sslCreds: credentials.createInsecure() };
  clients = {
    services: new ServicesClient(endpoint),
    pools: new WorkerPoolsClient(endpoint),
    jobs: new JobsClient(endpoint),
  };
});
beforeEach(() => {
  const revisions = [
    { name: 'guarded-1', image, serviceAccount: account, createTime: '2026-11-01T00:00:00Z' },
    { name: 'guarded-2', image, serviceAccount: account, createTime: '2026-11-20T00:00:00Z' },
  ];
  sandbox.control.seedService({ ...place, revisions });
  sandbox.control.seedWorkerPool({ ...place, revisions, scaling: { mode: 'MANUAL', manual: 1 } });
  sandbox.control.seedJob({
    ...place,
    image,
    serviceAccount: account,
    createTime: '2026-11-20T00:00:00Z',
    executions: [],
  });
  sandbox.control.setReality({ 'update-permissions': 'asked' });
});
afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()));
  await sandbox.close();
});

/** Updates that write what is there, or nothing but traffic. */
const updates = {
  'a service, of its traffic alone': (validateOnly: boolean) =>
    clients.services.updateService({
      service: {
        name: `${parent}/services/guarded`,
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'guarded-1', percent: 100 }],
      },
      updateMask: { paths: ['traffic'] },
      validateOnly,
    }),
  'a worker pool, of its splits alone': (validateOnly: boolean) =>
    clients.pools.updateWorkerPool({
      workerPool: {
        name: `${parent}/workerPools/guarded`,
        instanceSplits: [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION', revision: 'guarded-1', percent: 100 }],
      },
      updateMask: { paths: ['instance_splits'] },
      validateOnly,
    }),
  'a job, of nothing': async (validateOnly: boolean) => {
    const [job] = await clients.jobs.getJob({ name: `${parent}/jobs/guarded` });
    return clients.jobs.updateJob({ job, validateOnly });
  },
} as const;

describe.each(Object.keys(updates) as (keyof typeof updates)[])('an update of %s', (which) => {
  const update = updates[which];

  test.each([true, false])(
    'is refused without actAs on the account that it runs as, in the recorded words (validation: %s)',
    async (validateOnly) => {
      sandbox.control.seedGrants([{ ...download, on: '*' }]);
      await expect(update(validateOnly)).rejects.toMatchObject({
        code: 7,
        details: `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
      });
    },
  );

  test('is refused without read of its image', async () => {
    sandbox.control.seedGrants([{ ...actAs, on: account }]);
    await expect(update(false)).rejects.toMatchObject({
      code: 7,
      details: expect.stringContaining(
        `'artifactregistry.repositories.downloadArtifacts' denied on resource '${repository}'`,
      ),
    });
  });

  test('is carried out with both, each on that account and repository alone', async () => {
    sandbox.control.seedGrants([
      { ...actAs, on: account },
      { ...download, on: repository },
    ]);
    const [operation] = await update(false);
    await operation.promise();
  });

  test('asks for neither in the other world', async () => {
    sandbox.control.seedGrants([]);
    sandbox.control.setReality({ 'update-permissions': 'not-asked' });
    const [operation] = await update(false);
    await operation.promise();
  });
});

test('an update that makes a revision asks for actAs on the account that this will run as', async () => {
  const quarantine = 'quarantine@rhea-prod-4421.iam.gserviceaccount.com';
  const name = `${parent}/services/guarded`;
  const change = () =>
    clients.services.updateService({
      service: { name, template: { serviceAccount: quarantine } },
      updateMask: { paths: ['template.service_account'] },
    });
  sandbox.control.seedGrants([
    { ...actAs, on: account },
    { ...download, on: '*' },
  ]);
  await expect(change()).rejects.toMatchObject({ details: expect.stringContaining(quarantine) });
  sandbox.control.seedGrants([
    { ...actAs, on: quarantine },
    { ...download, on: '*' },
  ]);
  await (await change())[0].promise();
});

test.each([
  [image, repository],
  ['gcr.io/shop/web', 'projects/shop/locations/us/repositories/gcr.io'],
  ['eu.gcr.io/shop/web:1', 'projects/shop/locations/europe/repositories/eu.gcr.io'],
  ['nginx:1', null],
])('the image %s is in the repository %s', (name, where) => {
  expect(repositoryOf(name)).toBe(where);
});
