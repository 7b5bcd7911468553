import protobuf from 'protobufjs';

/** What the sandbox keeps of an audit log's payload. Source: google/cloud/audit/audit_log.proto. */
export interface AuditPayload {
  readonly serviceName: string;
  readonly methodName: string;
  readonly resourceName: string;
  readonly authenticationInfo: { readonly principalEmail: string; readonly serviceAccountKeyName?: string };
  readonly requestMetadata?: { readonly callerIp: string; readonly callerSuppliedUserAgent?: string };
  /** Absent: the call went through. */
  readonly status?: { readonly code: number; readonly message: string };
}

/** The logging client's package does not bring this message; its field numbers are those of google/cloud/audit/audit_log.proto. */
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
    Status: { fields: { code: { type: 'int32', id: 1 }, message: { type: 'string', id: 2 } } },
    AuthenticationInfo: {
      fields: { principalEmail: { type: 'string', id: 1 }, serviceAccountKeyName: { type: 'string', id: 5 } },
    },
    RequestMetadata: {
      fields: { callerIp: { type: 'string', id: 1 }, callerSuppliedUserAgent: { type: 'string', id: 2 } },
    },
  },
}).lookupType('AuditLog');

/** The payload in a google.protobuf.Any. */
export function packedAuditLog(payload: AuditPayload): object {
  return {
    type_url: 'type.googleapis.com/google.cloud.audit.AuditLog',
    value: Buffer.from(auditLog.encode(auditLog.fromObject(payload)).finish()),
  };
}
