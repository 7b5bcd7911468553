import protobuf from 'protobufjs';
import type { protos } from '@google-cloud/logging';
import { isJsonObject, type Json } from '../model/json.ts';
import { redactObject } from '../model/redact.ts';
import { maskSecrets } from '../model/secrets.ts';
import { plainJson, timeText } from './plain-json.ts';

type LogEntry = protos.google.logging.v2.ILogEntry;

/** What is kept of an entry of Cloud Audit Logs. Requests and answers are not: they hold whole settings, with environment values. */
export type AuditEntry = {
  /** RFC 3339 UTC. */
  readonly time: string;
  /** `activity`, `system_event`, `data_access`, `policy`. */
  readonly log: string;
  readonly service: string;
  readonly method: string;
  readonly resource: string;
  readonly principal: string;
  /** An address, or a word of Google's such as `private` or `gce-internal-ip`; empty where the log does not say. */
  readonly callerIp: string;
  readonly userAgent: string;
  /** The service account's key that was used; empty for a token of the metadata server. */
  readonly key: string;
  /** gRPC code: 0 where the call went through. */
  readonly status: number;
};

/** The logging client's package does not bring this message: the fields that are read, by number. Source: google/cloud/audit/audit_log.proto. */
const auditLog = protobuf.Root.fromJSON({
  nested: {
    AuditLog: {
      fields: {
        status: { type: 'Status', id: 2 },
        authenticationInfo: { type: 'AuthenticationInfo', id: 3 },
        requestMetadata: { type: 'RequestMetadata', id: 4 },
        serviceName: { type: 'string', id: 7 },
        methodName: { type: 'string', id: 8 },
        resourceName: { type: 'string', id: 11 },
      },
    },
    Status: { fields: { code: { type: 'int32', id: 1 } } },
    AuthenticationInfo: {
      fields: { principalEmail: { type: 'string', id: 1 }, serviceAccountKeyName: { type: 'string', id: 5 } },
    },
    RequestMetadata: {
      fields: { callerIp: { type: 'string', id: 1 }, callerSuppliedUserAgent: { type: 'string', id: 2 } },
    },
  },
}).lookupType('AuditLog');

/** Reads an entry of Cloud Audit Logs; null for any other, and for one that cannot be decoded. Its texts are hostile; secrets in them are masked. */
export function auditEntry(entry: LogEntry): AuditEntry | null {
  const { protoPayload } = entry;
  const bytes = protoPayload?.value;
  if (!(bytes instanceof Uint8Array) || !(protoPayload?.type_url ?? '').endsWith('/google.cloud.audit.AuditLog'))
    return null;
  const payload = decoded(bytes);
  if (payload === null) return null;
  const [who, request, status] = [payload['authenticationInfo'], payload['requestMetadata'], payload['status']];
  return {
    time: timeText(entry.timestamp),
    log: decodeURIComponent((entry.logName ?? '').split('/').at(-1) ?? '').replace('cloudaudit.googleapis.com/', ''),
    service: textOf(payload, 'serviceName'),
    method: textOf(payload, 'methodName'),
    resource: textOf(payload, 'resourceName'),
    principal: textOf(who, 'principalEmail'),
    callerIp: textOf(request, 'callerIp'),
    userAgent: textOf(request, 'callerSuppliedUserAgent'),
    key: textOf(who, 'serviceAccountKeyName'),
    status: isJsonObject(status) && typeof status['code'] === 'number' ? status['code'] : 0,
  };
}

/** Fields in which Cloud Logging itself says where an entry is from. */
const ofLogging = ['logName', 'resource', 'timestamp', 'receiveTimestamp', 'insertId', 'severity', 'trace', 'spanId'];

/** A log entry as evidence: whole, but of an audit log only what `AuditEntry` keeps, and without environment values and secrets. */
export function withoutRequests(entry: LogEntry): Json {
  const audit =
    (entry.protoPayload ?? null) === null
      ? {}
      : { protoPayload: auditEntry(entry) ?? { type: entry.protoPayload?.type_url ?? '' } };
  const whole = plainJson({ ...entry, ...audit });
  if (!isJsonObject(whole)) return whole;
  const said = Object.entries(whole).filter(([key]) => !ofLogging.includes(key));
  return { ...whole, ...redactObject(Object.fromEntries(said)) };
}

function decoded(bytes: Uint8Array): { readonly [key: string]: Json | undefined } | null {
  try {
    const json = plainJson(auditLog.decode(bytes).toJSON());
    return isJsonObject(json) ? json : null;
  } catch {
    // Bytes that are no audit log, whatever their type says.
    return null;
  }
}

function textOf(holder: Json | undefined, name: string): string {
  const value = holder !== undefined && isJsonObject(holder) ? holder[name] : undefined;
  return typeof value === 'string' ? maskSecrets(value) : '';
}
