import { expect, test } from 'vitest';
import { minimal, readFixture } from './fixtures/read-fixture.ts';
import type { JsonObject } from './json.ts';
import { parseFindings } from './parse-finding.ts';

function fingerprint(fields: JsonObject): string {
  return parseFindings(minimal(fields))[0]!.fingerprint;
}

test.each<[string, JsonObject]>([
  ['our own marks', { securityMarks: { marks: { 'firebreak-case': 'finding-2-f' } } }],
  ['the state', { state: 'INACTIVE' }],
  ['a mute', { mute: 'MUTED', muteInitiator: 'a@example.com', muteUpdateTime: '2026-11-20T11:00:00Z', muteInfo: {} }],
  ['the event time', { eventTime: '2026-11-20T12:00:00Z' }],
  ['external systems', { externalSystems: { tickets: { status: 'open' } }, workflowState: 'TRIAGED' }],
  ['the location of its name', { name: 'organizations/1/sources/2/locations/global/findings/f' }],
  ['the environment values of its processes', {}],
])('%s does not change what a finding says', (_, fields) => {
  const processes = (val: string) => [{ name: 'sh', envVariables: [{ name: 'KEY', val }] }];
  expect(fingerprint({ ...fields, processes: processes('a') })).toBe(fingerprint({ processes: processes('b') }));
});

test.each<[string, JsonObject]>([
  ['severity', { severity: 'LOW' }],
  ['category', { category: 'Unexpected Child Shell' }],
  ['a process', { processes: [{ name: 'sh' }] }],
  ['a connection', { connections: [{ destinationIp: '203.0.113.66' }] }],
  ['the same of another organization', { name: 'organizations/9/sources/2/findings/f' }],
  ['another finding', { name: 'organizations/1/sources/2/findings/g' }],
])('%s changes what a finding says', (_, fields) => {
  expect(fingerprint(fields)).not.toBe(fingerprint({}));
});

test('fingerprints stay the same from version to version, since closed cases keep theirs', () => {
  const [parsed] = parseFindings(readFixture('reverse-shell', 'pubsub-v2'));
  expect(parsed!.fingerprint).toMatchInlineSnapshot(
    `"84e881408cde63f3bdfe2196cabdc58f8520d6cbbc3b3d3831ba6ce454f9c899"`,
  );
});
