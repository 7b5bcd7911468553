import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { auditEntry, withoutRequests } from './audit-entry.ts';

/** More of the message than the code under test reads, as Google writes it. Source: google/cloud/audit/audit_log.proto. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message AuditLog {
    Status status = 2; Authentication authentication_info = 3; Request request_metadata = 4;
    string service_name = 7; string method_name = 8; string resource_name = 11; Struct request = 16;
  }
  message Status { int32 code = 1; string message = 2; }
  message Authentication { string principal_email = 1; string service_account_key_name = 5; }
  message Request { string caller_ip = 1; string caller_supplied_user_agent = 2; }
  message Struct { map<string, Value> fields = 1; }
  message Value { string string_value = 3; }
`);

function entry(type = 'type.googleapis.com/google.cloud.audit.AuditLog', callerSuppliedUserAgent = 'gcloud') {
  const message = root.lookupType('AuditLog').fromObject({
    status: { code: 7, message: 'denied' },
    authenticationInfo: { principalEmail: 'web@p-1.iam.gserviceaccount.com', serviceAccountKeyName: '//iam/keys/k1' },
    requestMetadata: { callerIp: '198.51.100.77', callerSuppliedUserAgent },
    serviceName: 'run.googleapis.com',
    methodName: 'google.cloud.run.v2.Services.UpdateService',
    resourceName: 'projects/p-1/locations/l/services/web',
    request: { fields: { value: { stringValue: 'a-password-in-a-variable' } } },
  });
  return {
    logName: 'projects/p-1/logs/cloudaudit.googleapis.com%2Factivity',
    timestamp: { seconds: '1764000000', nanos: 0 },
    protoPayload: { type_url: type, value: root.lookupType('AuditLog').encode(message).finish() },
  };
}

test('an audit-log entry says who did what to what from where, with which key, and whether it was refused', () => {
  expect(auditEntry(entry())).toEqual({
    time: '2025-11-24T16:00:00Z',
    log: 'activity',
    service: 'run.googleapis.com',
    method: 'google.cloud.run.v2.Services.UpdateService',
    resource: 'projects/p-1/locations/l/services/web',
    principal: 'web@p-1.iam.gserviceaccount.com',
    callerIp: '198.51.100.77',
    userAgent: 'gcloud',
    key: '//iam/keys/k1',
    status: 7,
  });
});

test('what a call sent along is never kept: it holds the values of variables', () => {
  const bytes = Buffer.from(entry().protoPayload.value);
  expect(bytes.includes('a-password-in-a-variable')).toBe(true);
  const kept = JSON.stringify(withoutRequests(entry()));
  expect(kept).toContain('UpdateService');
  expect(kept).not.toContain('a-password-in-a-variable');
  expect(kept).not.toContain(bytes.toString('base64').slice(0, 24));
});

test('secrets in an audit entry and in any other log entry are masked, and where it is from stays', () => {
  const agent = entry(undefined, 'bot/1.0 token=hunter2-planted');
  expect(auditEntry(agent)?.userAgent).toMatch(/^bot\/1\.0 token=\[masked sha256:/);
  const from = {
    logName: 'projects/p/logs/run.googleapis.com%2Fstdout',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'token-service' } },
    insertId: 'ghp_0123456789abcdefghij',
  };
  // As the client decodes them.
  const text = (stringValue: string) => ({ kind: 'stringValue', stringValue });
  const env = { kind: 'structValue', structValue: { fields: { KEY: text('hunter2-planted') } } };
  const args = { kind: 'listValue', listValue: { values: ['--password', 'hunter2-planted'].map(text) } };
  const shown = withoutRequests({ ...from, jsonPayload: { fields: { env, args } } });
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown).toMatchObject({ ...from, jsonPayload: { env: '[removed]' } });
});

test('a payload of another type, or damaged bytes, are no audit entry and are not kept', () => {
  expect(auditEntry(entry('type.googleapis.com/google.appengine.logging.v1.RequestLog'))).toBeNull();
  const damaged = entry();
  const value = damaged.protoPayload.value.subarray(0, 20);
  const cut = { ...damaged, protoPayload: { ...damaged.protoPayload, value } };
  expect(auditEntry(cut)).toBeNull();
  expect(withoutRequests(cut)).toMatchObject({ protoPayload: { type: damaged.protoPayload.type_url } });
});
