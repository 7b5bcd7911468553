import protobuf from 'protobufjs';

/** Severities in rising order. Source: google/logging/type/log_severity.proto. */
export const severities = [
  'DEFAULT',
  'DEBUG',
  'INFO',
  'NOTICE',
  'WARNING',
  'ERROR',
  'CRITICAL',
  'ALERT',
  'EMERGENCY',
] as const;
type Severity = (typeof severities)[number];

/** What the sandbox keeps of an audit log's payload. Source: google/cloud/audit/audit_log.proto. */
interface AuditPayload {
  readonly serviceName: string;
  readonly methodName: string;
  readonly resourceName: string;
  readonly authenticationInfo: { readonly principalEmail: string };
  readonly requestMetadata?: { readonly callerIp: string };
}

/** One log entry. Exactly one of the payloads, or none with an `httpRequest`. */
export interface LogEntry {
  /** `projects/P/logs/run.googleapis.com%2Fstdout`. */
  readonly logName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly severity: Severity;
  readonly insertId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly textPayload?: string;
  readonly protoPayload?: AuditPayload;
  readonly httpRequest?: { readonly requestMethod: string; readonly requestUrl: string; readonly status: number };
}

/** A google.logging.v2.LogEntry. */
export function entryOnWire(entry: LogEntry): object {
  const { protoPayload, timestamp, ...rest } = entry;
  const seconds = Math.floor(timestamp / 1000);
  const time = { seconds: String(seconds), nanos: Math.round((timestamp - seconds * 1000) * 1e6) };
  return {
    ...rest,
    timestamp: time,
    receiveTimestamp: time,
    ...(protoPayload === undefined ? {} : { protoPayload: packed(protoPayload) }),
  };
}

/** The logging client's package does not bring this message; its field numbers are those of google/cloud/audit/audit_log.proto. */
const auditLog = protobuf.Root.fromJSON({
  nested: {
    AuditLog: {
      fields: {
        serviceName: { type: 'string', id: 7 },
        methodName: { type: 'string', id: 8 },
        resourceName: { type: 'string', id: 11 },
        authenticationInfo: { type: 'AuthenticationInfo', id: 3 },
        requestMetadata: { type: 'RequestMetadata', id: 4 },
      },
    },
    RequestMetadata: { fields: { callerIp: { type: 'string', id: 1 } } },
    AuthenticationInfo: { fields: { principalEmail: { type: 'string', id: 1 } } },
  },
}).lookupType('AuditLog');

function packed(payload: AuditPayload): object {
  return {
    type_url: 'type.googleapis.com/google.cloud.audit.AuditLog',
    value: Buffer.from(auditLog.encode(auditLog.fromObject(payload)).finish()),
  };
}
