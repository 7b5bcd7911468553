import protobuf from 'protobufjs';
import { afterEach, expect, test } from 'vitest';
import { name, startTestSandbox, toGood, update } from '../cloud-run/test-sandbox.ts';
import type { TestSandbox } from '../cloud-run/test-sandbox.ts';

const started: TestSandbox[] = [];
afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.close();
});

async function start(): Promise<TestSandbox> {
  const sandbox = await startTestSandbox();
  started.push(sandbox);
  return sandbox;
}

const project = 'rhea-prod-4421';
const stolen = `checkout-run@${project}.iam.gserviceaccount.com`;
const before = (sandbox: TestSandbox, seconds: number) =>
  new Date(sandbox.kernel.clock.now() - seconds * 1000).toISOString();

async function list(sandbox: TestSandbox, filter: string) {
  const [entries] = await sandbox
    .logging('observe')
    .getEntries({ filter, orderBy: 'timestamp asc', autoPaginate: false });
  return entries.map(({ metadata }) => metadata);
}

/** What a stolen account did: one thing a minute. */
function deeds(sandbox: TestSandbox): object[] {
  const common = { project, principalEmail: stolen, callerIp: '198.51.100.77' };
  return [
    {
      ...common,
      timestamp: before(sandbox, 180),
      serviceName: 'iam.googleapis.com',
      methodName: 'google.iam.admin.v1.CreateServiceAccountKey',
      resourceName: `projects/-/serviceAccounts/${stolen}`,
    },
    {
      ...common,
      timestamp: before(sandbox, 120),
      log: 'data_access',
      serviceName: 'secretmanager.googleapis.com',
      methodName: 'google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion',
      resourceName: 'projects/481516234200/secrets/checkout-ledger-password/versions/3',
    },
    {
      ...common,
      timestamp: before(sandbox, 60),
      serviceName: 'cloudresourcemanager.googleapis.com',
      methodName: 'SetIamPolicy',
      resourceName: `projects/${project}`,
      serviceAccountKeyName: `//iam.googleapis.com/projects/${project}/serviceAccounts/${stolen}/keys/0a1b`,
      userAgent: 'gcloud/1',
      status: { code: 7, message: 'PERMISSION_DENIED' },
    },
  ];
}

test('what somebody did is found by principal, service, resource and time', async () => {
  const sandbox = await start();
  await sandbox.control('PUT', '/cloud-logging/data-access-logs', { project, on: true });
  const answer = await sandbox.control('POST', '/cloud-logging/audit-entries', deeds(sandbox));
  expect(answer).toEqual({ written: 3, dropped: 0 });
  const who = `protoPayload.authenticationInfo.principalEmail="${stolen}"`;
  const methods = async (filter: string) =>
    (await list(sandbox, filter)).map(({ protoPayload }) => decoded(protoPayload)['methodName']);

  const all = await methods(`logName:"cloudaudit.googleapis.com" AND ${who}`);
  expect(all).toEqual([
    'google.iam.admin.v1.CreateServiceAccountKey',
    'google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion',
    'SetIamPolicy',
  ]);
  expect(
    await methods(
      `logName="projects/${project}/logs/cloudaudit.googleapis.com%2Factivity" AND ${who} AND timestamp<"${before(sandbox, 100)}"`,
    ),
  ).toEqual([all[0]]);
  expect(
    await methods(
      `${who} AND (protoPayload.serviceName="secretmanager.googleapis.com" OR (protoPayload.resourceName:"projects/${project}" AND timestamp>"${before(sandbox, 100)}"))`,
    ),
  ).toEqual([all[1], all[2]]);
  expect(await methods('protoPayload.authenticationInfo.serviceAccountKeyName:"keys/0a1b"')).toEqual([all[2]]);
});

test('an entry says from where, with which key and with what success', async () => {
  const sandbox = await start();
  await sandbox.control('POST', '/cloud-logging/audit-entries', deeds(sandbox));
  const [entry] = await list(sandbox, 'protoPayload.methodName="SetIamPolicy" AND severity=ERROR');
  expect(entry?.protoPayload?.type_url).toBe('type.googleapis.com/google.cloud.audit.AuditLog');
  expect(decoded(entry?.protoPayload)).toMatchObject({
    authenticationInfo: { serviceAccountKeyName: expect.stringContaining('keys/0a1b') },
    requestMetadata: { callerIp: '198.51.100.77', callerSuppliedUserAgent: 'gcloud/1' },
    status: { code: 7 },
  });
});

test('while data-access logs are off, reads are never written, and turning them on later does not bring them back', async () => {
  const sandbox = await start();
  const answer = await sandbox.control('POST', '/cloud-logging/audit-entries', deeds(sandbox));
  expect(answer).toEqual({ written: 2, dropped: 1 });
  await sandbox.control('PUT', '/cloud-logging/data-access-logs', { project, on: true });
  expect(await list(sandbox, 'logName:"cloudaudit.googleapis.com%2Fdata_access"')).toEqual([]);
});

test('every change of Cloud Run is written with who made it and what it was, as he called it; a refused one with its status', async () => {
  const sandbox = await start();
  // Entries of one moment have no order.
  const later = () => sandbox.kernel.clock.advance(1000);
  await update(sandbox, { traffic: toGood }, ['traffic']);
  later();
  await sandbox.services('respond-iam').setIamPolicy({ resource: name, policy: { bindings: [] } });
  later();
  await sandbox.control('POST', '/cloud-run/deploy', {
    service: 'checkout-api',
    revision: { name: 'checkout-api-00013-new', image: 'example.com/app:2', creator: stolen },
  });
  later();
  await sandbox.services('destructive').deleteService({ name });
  await expect(sandbox.services('observe').deleteService({ name })).rejects.toThrow('run.services.delete');
  const entries = await list(
    sandbox,
    'logName:"cloudaudit.googleapis.com%2Factivity" AND protoPayload.serviceName="run.googleapis.com"',
  );
  const told = entries.map(({ protoPayload }) => decoded(protoPayload));
  const by = (role: string): string => `firebreak-${role}@${project}.iam.gserviceaccount.com`;
  const v1Name = `namespaces/${project}/services/checkout-api`;
  expect(told).toMatchObject(
    [
      ['v2.Services.UpdateService', by('respond'), name],
      ['v2.Services.SetIamPolicy', by('respond-iam'), name],
      ['v1.Services.ReplaceService', stolen, v1Name],
      ['v2.Services.DeleteService', by('destructive'), name],
      ['v2.Services.DeleteService', by('observe'), name],
    ].map(([method, principalEmail, resourceName]) => ({
      methodName: `google.cloud.run.${method}`,
      resourceName,
      authenticationInfo: { principalEmail },
    })),
  );
  expect(told.map(({ status }) => status)).toEqual([...Array(4).fill(undefined), { code: 7 }]);
  expect(entries.map(({ severity }) => severity)).toEqual([...Array(4).fill('NOTICE'), 'ERROR']);
  expect(entries[2]?.resource?.labels).toMatchObject({ service_name: 'checkout-api', revision_name: '' });
});

test('what Google does itself once a deployment is through is a second entry, of nobody', async () => {
  const sandbox = await start();
  await sandbox.control('POST', '/cloud-run/deploy', {
    service: 'checkout-api',
    revision: { name: 'checkout-api-00013-new', image: 'example.com/app:2', creator: stolen },
  });
  const [event, ...more] = await list(
    sandbox,
    'logName:"cloudaudit.googleapis.com%2Fsystem_event" AND resource.labels.service_name="checkout-api"',
  );
  expect(more).toEqual([]);
  expect(decoded(event?.protoPayload)).toMatchObject({
    methodName: '/Services.ReplaceService',
    resourceName: `namespaces/${project}/revisions/checkout-api-00013-new`,
  });
  expect(decoded(event?.protoPayload)['authenticationInfo']).not.toHaveProperty(
    'principalEmail',
    expect.stringMatching(/./),
  );
});

test('who ran a job is in the data-access logs, while they are on; that it has ended is not hidden', async () => {
  const sandbox = await start();
  const job = `projects/${project}/locations/europe-west1/jobs/nightly`;
  await sandbox.control('POST', '/cloud-run/jobs', {
    project,
    projectNumber: '481516234200',
    location: 'europe-west1',
    name: 'nightly',
    createTime: before(sandbox, 900),
    image: 'example.com/nightly:1',
    runsSeconds: 10,
  });
  const runs = () => list(sandbox, 'protoPayload.methodName="google.cloud.run.v2.Jobs.RunJob"');
  await sandbox.jobs('publisher').runJob({ name: job });
  sandbox.kernel.clock.advance(20_000);
  expect(await runs()).toEqual([]);
  await sandbox.control('PUT', '/cloud-logging/data-access-logs', { project, on: true });
  expect(await runs()).toEqual([]);
  await sandbox.jobs('publisher').runJob({ name: job });
  expect((await runs()).map(({ logName }) => logName)).toEqual([
    `projects/${project}/logs/cloudaudit.googleapis.com%2Fdata_access`,
  ]);
  const [ended] = await list(sandbox, 'protoPayload.methodName="/Jobs.RunJob"');
  expect(ended?.logName).toContain('system_event');
});

/** The payload by the field numbers of google/cloud/audit/audit_log.proto, which no client package brings. */
function decoded(payload: unknown): Record<string, unknown> {
  const text = (id: number) => ({ type: 'string', id });
  const type = protobuf.Root.fromJSON({
    nested: {
      AuditLog: {
        fields: {
          status: { type: 'Status', id: 2 },
          authenticationInfo: { type: 'Authentication', id: 3 },
          requestMetadata: { type: 'Request', id: 4 },
          methodName: text(8),
          resourceName: text(11),
        },
      },
      Status: { fields: { code: { type: 'int32', id: 1 } } },
      Authentication: { fields: { principalEmail: text(1), serviceAccountKeyName: text(5) } },
      Request: { fields: { callerIp: text(1), callerSuppliedUserAgent: text(2) } },
    },
  }).lookupType('AuditLog');
  const { value } = payload as { value: Uint8Array };
  return type.toObject(type.decode(value));
}
