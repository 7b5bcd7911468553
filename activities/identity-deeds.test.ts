import { expect, test } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { addressesOf, deedsOf } from './identity-deeds.ts';

function entry(service: string, method: string, given: Partial<AuditEntry> = {}): AuditEntry {
  return {
    time: '2026-11-21T10:00:00.000Z',
    log: 'activity',
    service,
    method,
    resource: 'r',
    principal: 'web@p-1.iam.gserviceaccount.com',
    callerIp: 'private',
    userAgent: '',
    key: '',
    status: 0,
    ...given,
  };
}

test.each([
  ['keysMade', 'iam.googleapis.com', 'google.iam.admin.v1.CreateServiceAccountKey'],
  ['keysMade', 'iamcredentials.googleapis.com', 'GenerateAccessToken'],
  ['policiesSet', 'run.googleapis.com', 'google.cloud.run.v1.Services.SetIamPolicy'],
  ['policiesSet', 'cloudresourcemanager.googleapis.com', 'SetIamPolicy'],
  ['policiesSet', 'storage.googleapis.com', 'storage.setIamPermissions'],
  ['policiesSet', 'iam.googleapis.com', 'google.iam.admin.v1.SetIAMPolicy'],
  [
    'secretsRead',
    'secretmanager.googleapis.com',
    'google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion',
  ],
  ['logsTouched', 'logging.googleapis.com', 'google.logging.v2.LoggingServiceV2.DeleteLog'],
  ['logsTouched', 'logging.googleapis.com', 'google.logging.v2.ConfigServiceV2.UpdateSink'],
  ['deployments', 'run.googleapis.com', 'google.cloud.run.v2.Services.UpdateService'],
  ['deployments', 'run.googleapis.com', 'google.cloud.run.v1.Services.ReplaceService'],
  ['deployments', 'run.googleapis.com', 'google.cloud.run.v2.Jobs.RunJob'],
  ['deployments', 'run.googleapis.com', 'google.cloud.run.v1.Jobs.RunJob'],
  ['deployments', 'run.googleapis.com', 'google.cloud.run.v1.Services.CreateService'],
  ['deployments', 'run.googleapis.com', 'google.cloud.run.v1.Jobs.ReplaceJob'],
  ['policiesSet', 'run.googleapis.com', 'google.cloud.run.v2.Jobs.SetIamPolicy'],
  ['deployments', 'compute.googleapis.com', 'v1.compute.instances.insert'],
] as const)('%s: %s %s', (deed, service, method) => {
  const deeds = deedsOf([entry(service, method)]);
  expect(Object.entries(deeds).filter(([, { count }]) => count > 0)).toEqual([
    [deed, expect.objectContaining({ count: 1, refused: 0 })],
  ]);
});

test('reading is no deed, and a refused call is told apart', () => {
  expect(deedsOf([entry('run.googleapis.com', 'google.cloud.run.v2.Services.GetService')]).deployments.count).toBe(0);
  const { policiesSet } = deedsOf([entry('run.googleapis.com', 'SetIamPolicy', { status: 7 })]);
  expect(policiesSet).toMatchObject({ count: 1, refused: 1, newest: [{ refused: true }] });
});

test('what Google does itself after a call is nobody’s deed', () => {
  const system = entry('run.googleapis.com', '/Services.ReplaceService', { log: 'system_event', principal: '' });
  expect(deedsOf([system]).deployments.count).toBe(0);
});

test('calls that did not go through hide none that did', () => {
  const tried = Array.from({ length: 20 }, () => entry('run.googleapis.com', 'SetIamPolicy', { status: 10 }));
  const done = entry('run.googleapis.com', 'SetIamPolicy', { time: '2026-11-21T09:00:00.000Z' });
  const { policiesSet } = deedsOf([...tried, done]);
  expect(policiesSet).toMatchObject({ count: 21, refused: 20 });
  expect(policiesSet.newest[0]).toMatchObject({ time: done.time, refused: false });
});

test('of very many calls the newest five are listed and all are counted, their texts cut', () => {
  const many = Array.from({ length: 900 }, () =>
    entry('x.googleapis.com', 'SetIamPolicy', { resource: 'r'.repeat(5_000) }),
  );
  const { policiesSet } = deedsOf(many);
  expect(policiesSet.count).toBe(900);
  expect(policiesSet.newest).toHaveLength(5);
  expect(JSON.stringify(policiesSet).length).toBeLessThan(3_000);
});

test.each([
  'private',
  'gce-internal-ip',
  '',
  '10.1.2.3',
  '172.20.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '127.0.0.1',
  '::1',
  'fd12:3456::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '198.51.100.77; DROP',
])('%j is no address on the Internet', (callerIp) => {
  expect(addressesOf([entry('s', 'm', { callerIp })]).addresses).toEqual([]);
});

test('public addresses are counted, the busiest first', () => {
  const from = (callerIp: string, time: string) => entry('s', 'm', { callerIp, time });
  const found = addressesOf([
    from('2001:db8::7', '2026-11-21T10:03:00.000Z'),
    from('198.51.100.77', '2026-11-21T10:02:00.000Z'),
    from('::ffff:198.51.100.77', '2026-11-21T10:01:00.000Z'),
  ]);
  expect(found.addresses).toEqual([
    { ip: '198.51.100.77', calls: 2, lastAt: '2026-11-21T10:02:00.000Z' },
    { ip: '2001:db8::7', calls: 1, lastAt: '2026-11-21T10:03:00.000Z' },
  ]);
  const many = Array.from({ length: 30 }, (_, index) => from(`203.0.113.${index}`, ''));
  expect(addressesOf(many)).toMatchObject({ moreAddresses: 20 });
});
