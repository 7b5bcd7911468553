import { packedAuditLog } from './audit-payload.ts';
import type { AuditPayload } from './audit-payload.ts';

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

/** One log entry. Exactly one of the payloads, or none with an `httpRequest`. */
export interface LogEntry {
  /** `projects/P/logs/run.googleapis.com%2Fstdout`. */
  readonly logName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The same; absent where it was taken in at once. */
  readonly receivedAt?: number;
  readonly severity: Severity;
  readonly insertId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly textPayload?: string;
  readonly protoPayload?: AuditPayload;
  readonly httpRequest?: { readonly requestMethod: string; readonly requestUrl: string; readonly status: number };
}

/** A google.logging.v2.LogEntry. */
export function entryOnWire(entry: LogEntry): object {
  const { protoPayload, timestamp, receivedAt = timestamp, ...rest } = entry;
  return {
    ...rest,
    timestamp: onWire(timestamp),
    receiveTimestamp: onWire(receivedAt),
    ...(protoPayload === undefined ? {} : { protoPayload: packedAuditLog(protoPayload) }),
  };
}

function onWire(milliseconds: number): object {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: Math.round((milliseconds - seconds * 1000) * 1e6) };
}
