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
  ['the prefix and location of its name', { name: 'projects/9/sources/2/locations/global/findings/f' }],
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
  ['another finding', { name: 'organizations/1/sources/2/findings/g' }],
])('%s changes what a finding says', (_, fields) => {
  expect(fingerprint(fields)).not.toBe(fingerprint({}));
});

test('fingerprints stay the same from version to version, since closed cases keep theirs', () => {
  const [parsed] = parseFindings(readFixture('reverse-shell', 'pubsub-v2'));
  expect(parsed!.fingerprint).toMatchInlineSnapshot(
    `"5994001c1a77ba5fdc6f06a2173bfde3ce3e875ff7901938d34f591439c37e29"`,
  );
});
