import { expect, test } from 'vitest';
import { minimal, parseText, pushed, readFixture } from './fixtures/read-fixture.ts';
import type { JsonObject } from './json.ts';
import { parseFindings } from './parse-finding.ts';

const notification = readFixture('reverse-shell', 'pubsub-v2');
const [alone] = parseFindings(notification);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const event = {
  specversion: '1.0',
  id: '1',
  source: '//pubsub.googleapis.com/projects/p/topics/t',
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
};
const entry = {
  insertId: 'x1',
  logName: 'organizations/1/logs/securitycenter.googleapis.com%2Ffindings',
  resource: { type: 'threat_detector', labels: { detector_name: 'x' } },
  timestamp: '2026-11-20T09:15:00Z',
};

/** A value as google.protobuf.Value, as gRPC's JSON writes a payload. */
function wrapped(value: unknown): unknown {
  if (Array.isArray(value)) return { kind: 'listValue', listValue: { values: value.map(wrapped) } };
  if (typeof value === 'object' && value !== null) return { kind: 'structValue', structValue: struct(value) };
  if (typeof value === 'number') return { kind: 'numberValue', numberValue: value };
  return typeof value === 'boolean'
    ? { kind: 'boolValue', boolValue: value }
    : { kind: 'stringValue', stringValue: value };
}
function struct(value: object): { readonly fields: object } {
  return { fields: Object.fromEntries(Object.entries(value).map(([key, member]) => [key, wrapped(member)])) };
}

test.each<[string, unknown]>([
  ['a log entry', { ...entry, jsonPayload: notification }],
  ['log entries, as gcloud lists them', [{ ...entry, jsonPayload: notification }]],
  ['log entries, as the API lists them', { entries: [{ ...entry, jsonPayload: notification }], nextPageToken: '' }],
  ['a log entry with a payload in text', { ...entry, textPayload: JSON.stringify(notification) }],
  ['a log entry in a Pub/Sub message', pushed({ ...entry, jsonPayload: notification })],
  ['a CloudEvent of Pub/Sub', { ...event, data: pushed(notification) }],
  ['a CloudEvent with the notification itself', { ...event, datacontenttype: 'application/json', data: notification }],
  ['a CloudEvent with data in text', { ...event, data: JSON.stringify(notification) }],
  ['a CloudEvent with data in base64', { ...event, data_base64: base64(notification) }],
  ['a batch of CloudEvents', [{ ...event, data: pushed(notification) }]],
  ['a CloudEvent of a log entry', { ...event, data: { ...entry, jsonPayload: notification } }],
  ['messages that were pulled', { receivedMessages: [{ ackId: 'a', ...pushed(notification) }] }],
  ['messages that gcloud pulled', [{ ackId: 'a', message: { data: base64(notification), messageId: '1' } }]],
  ['a message without its envelope', { data: base64(notification), messageId: '1', attributes: {} }],
])('%s is the finding in it', (_, document) => {
  expect(parseFindings(document)).toEqual([alone]);
});

test('a log entry as gRPC writes it is the finding in it', () => {
  const [parsed] = parseFindings({ ...entry, jsonPayload: struct(notification) });
  expect(parsed!.finding).toEqual(alone!.finding);
});

test('the resource of a log entry is not the finding’s', () => {
  const [parsed] = parseFindings({ ...entry, jsonPayload: { finding: minimal() } });
  expect(parsed!.finding.resourceType).toBe('');
});

/** A row of the BigQuery export about the smallest finding: columns in snake case, times without a zone. */
function row(finding: JsonObject, columns: JsonObject = {}): JsonObject {
  return {
    source_id: '2',
    finding_id: 'f',
    event_time: '2026-11-20 10:00:00',
    state: 'ACTIVE',
    mute: 'UNDEFINED',
    finding,
    resource: { name: minimal()['resourceName'] ?? '', type: 'google.cloud.run.Service' },
    ...columns,
  };
}
const { resourceName, name, category } = minimal();
const inSnakeCase = {
  name: name ?? '',
  category: category ?? '',
  resource_name: resourceName ?? '',
  event_time: '2026-11-20 10:00:00.250000 UTC',
  parent_display_name: 'Cloud Run Threat Detection',
  finding_class: 'THREAT',
  connections: [{ destination_ip: '203.0.113.66', destination_port: '4444' }],
  containers: [{ name: 'web', image_id: `sha256:${'a'.repeat(64)}` }],
  processes: [{ env_variables: [{ name: 'KEY', val: 'hunter2-planted' }], args: ['sh'], parent_pid: '1' }],
  source_properties: JSON.stringify({
    Reverse_Shell_Stdin_Redirection_Dst_Ip: '203.0.113.66',
    token: 'hunter2-planted',
  }),
  security_marks: { marks: [{ key: 'Team', value: 'shop' }] },
};

test('a row of the BigQuery export is a finding, with the columns that only the row has', () => {
  const [parsed, ...more] = parseFindings([row(inSnakeCase, { mute: 'MUTED' })]);
  expect(more).toEqual([]);
  expect(parsed!.finding).toMatchObject({
    eventTime: '2026-11-20T10:00:00.250Z',
    state: 'ACTIVE',
    mute: 'MUTED',
    findingClass: 'THREAT',
    resource: { kind: 'service', name: 'storefront' },
    connections: [{ destinationIp: '203.0.113.66', destinationPort: 4444 }],
    reverseShell: { destinationIp: '203.0.113.66' },
    containers: [{ name: 'web', imageId: `sha256:${'a'.repeat(64)}` }],
    processes: [{ envVariableNames: ['KEY'], parentPid: '1' }],
    marks: { team: 'shop' },
  });
  expect(JSON.stringify(parsed)).not.toContain('hunter2-planted');
  const { event_time: _time, ...timeless } = inSnakeCase;
  expect(parseFindings(row(timeless))[0]!.finding.eventTime).toBe('2026-11-20T10:00:00Z');
});

test('rows as lines, as bq extract writes them, are read as in a list', () => {
  const rows = ['a', 'b'].map((id) => row({ ...inSnakeCase, name: `organizations/1/sources/2/findings/${id}` }));
  expect(parseText(rows.map((one) => JSON.stringify(one)).join('\n'))).toEqual(parseFindings(rows));
});

test('what an envelope of another kind holds is named by what it has', () => {
  const audit = { ...entry, protoPayload: { methodName: 'x' } };
  expect(() => parseFindings([audit])).toThrow('[0]: expected a finding, a notification, a list of findings');
  const payload = { ...entry, jsonPayload: { detectionCategory: {} } };
  expect(() => parseFindings(payload)).toThrow('jsonPayload: expected a finding');
  expect(() => parseFindings({ ...event, data_base64: 7 })).toThrow('data_base64: expected base64, got 7');
});
