import { expect, test } from 'vitest';
import type { AccountDeeds, IdentityTraces } from '../../model/investigation.ts';
import { deedsOfIdentity, traitsOfIdentity, unknownOfIdentity } from './identity.ts';

const none: AccountDeeds = { count: 0, refused: 0, newest: [] };
const account = 'web@p-1.iam.gserviceaccount.com';

function answered(change: Partial<IdentityTraces> = {}) {
  const value: IdentityTraces = {
    account,
    from: '2026-11-21T10:00:00.000Z',
    to: '2026-11-21T10:05:00.000Z',
    entries: 3,
    complete: true,
    addresses: [],
    moreAddresses: 0,
    keys: [],
    keysMade: none,
    policiesSet: none,
    deployments: none,
    secretsRead: none,
    logsTouched: none,
    sameAccount: { count: 0, names: [], unknown: [] },
    mayDeleteLogs: { status: 'failed', reason: 'permission denied' },
    dataAccess: { status: 'answered', value: 'on' },
    evidence: { kind: 'identity', sha256: '0'.repeat(64), bytes: 1, mediaType: 'application/x-ndjson' },
    ...change,
  };
  return { identity: { status: 'answered' as const, value } };
}

const texts = (statements: readonly { readonly text: string; readonly reason: string }[]): string =>
  statements.map(({ text, reason }) => `${text} (${reason})`).join('\n');

test('keys made, addresses outside, what else runs as it are known, each with its reason', () => {
  const key = {
    time: 't',
    method: 'CreateServiceAccountKey',
    resource: 'sa',
    callerIp: '198.51.100.77',
    refused: false,
  };
  const stolen = answered({
    keysMade: { count: 2, refused: 1, newest: [key] },
    addresses: [{ ip: '198.51.100.77', calls: 9, lastAt: 't' }],
    moreAddresses: 3,
    sameAccount: { count: 1, names: ['jobs/nightly'], unknown: [] },
  });
  const known = texts([...deedsOfIdentity(stolen), ...traitsOfIdentity(stolen)]);
  expect(known).toContain(`${account} made keys or tokens, 1 call; 1 more did not go through`);
  expect(known).toContain('CreateServiceAccountKey on sa at t from 198.51.100.77');
  expect(known).toContain('used from public addresses: 4');
  expect(known).toContain('jobs/nightly');
});

test('a call that did not go through is no deed: it was tried', () => {
  const deploy = { time: 't', method: 'google.cloud.run.v1.Services.ReplaceService', resource: 'web', callerIp: '' };
  const known = texts(
    deedsOfIdentity(answered({ deployments: { count: 2, refused: 2, newest: [{ ...deploy, refused: true }] } })),
  );
  expect(known).toContain(`${account} tried to deploy or run something, 2 calls, which did not go through`);
  expect(known).not.toContain('deployed');
});

test('which jobs it ran is not known but from data-access logs of Cloud Run, also where other reads are logged', () => {
  const ran = (method: string) => ({
    deployments: { count: 1, refused: 0, newest: [{ time: 't', method, resource: 'r', callerIp: '', refused: false }] },
  });
  expect(texts(unknownOfIdentity(answered()))).toContain(`Which jobs ${account} ran (who runs a job is in the data-`);
  expect(texts(unknownOfIdentity(answered(ran('google.cloud.run.v1.Jobs.RunJob'))))).not.toContain('Which jobs');
  expect(texts(unknownOfIdentity(answered(ran('google.cloud.run.v1.Jobs.ReplaceJob'))))).toContain('Which jobs');
});

test('no entry proves nothing, and says so', () => {
  expect(texts(traitsOfIdentity(answered({ entries: 0 })))).toContain('proves nothing');
});

test('data-access logs without any entry make what was read unknown; with entries they do not', () => {
  const off = unknownOfIdentity(answered({ dataAccess: { status: 'answered', value: 'none-seen' } }));
  expect(texts(off)).toContain('data-access logs are off');
  expect(texts(unknownOfIdentity(answered()))).not.toContain('Which data');
  const failed = unknownOfIdentity(answered({ dataAccess: { status: 'failed', reason: 'quota' } }));
  expect(texts(failed)).toContain('was not found out: quota');
});

test('whether the account could delete logs is not known, unless it was seen doing so', () => {
  const touched = { count: 1, refused: 0, newest: [] };
  expect(texts(unknownOfIdentity(answered()))).toContain('could delete the container’s logs');
  expect(texts(unknownOfIdentity(answered({ logsTouched: touched })))).not.toContain('could delete');
  expect(texts(unknownOfIdentity(answered({ logsTouched: { ...touched, refused: 1 } })))).toContain('could delete');
});

test('that the account can delete logs is known with why, and that it cannot only as far as the project’s own policy goes', () => {
  const may = answered({ mayDeleteLogs: { status: 'answered', value: { may: true, reason: 'it has roles/editor' } } });
  expect(traitsOfIdentity(may)).toContainEqual({
    text: `${account} can delete the project’s logs`,
    reason: 'it has roles/editor',
  });
  expect(texts(unknownOfIdentity(may))).not.toContain('could delete');
  const not = answered({ mayDeleteLogs: { status: 'answered', value: { may: false, reason: 'it has no role' } } });
  expect(traitsOfIdentity(not)).toContainEqual({
    text: `The project’s own policy gives ${account} no right to delete logs`,
    reason: 'it has no role',
  });
  expect(texts(unknownOfIdentity(not))).toContain('the policies of folders and the organization are not read');
  expect(texts(traitsOfIdentity(answered()))).not.toContain('delete');
  expect(texts(unknownOfIdentity(answered()))).toContain('could delete the container’s logs (permission denied;');
});

test('what could not be listed or read is named', () => {
  const statements = unknownOfIdentity(
    answered({ complete: false, sameAccount: { count: 0, names: [], unknown: ['jobs: PERMISSION_DENIED'] } }),
  );
  expect(texts(statements)).toContain('jobs: PERMISSION_DENIED');
  expect(texts(statements)).toContain('only its newest 3 audit-log entries');
  expect(unknownOfIdentity({ identity: { status: 'failed', reason: 'no answer' } })).toEqual([
    { text: 'What the workload’s service account was used for', reason: 'no answer' },
  ]);
});
