import type { Role } from './service.ts';

/** Who called: a role of the Google APIs, or the VirusTotal server. */
export type Caller = Role | 'virustotal';

/** One call that reached the sandbox, in order of arrival. */
export interface CallRecord {
  /** When it arrived, RFC 3339, on the sandbox's clock. */
  readonly time: string;
  readonly role: Caller;
  /** `google.cloud.run.v2.Services/UpdateService`, `virustotal.v3/files`. */
  readonly method: string;
  /** The request as JSON: bytes in base64, everything else as it came. */
  readonly request: unknown;
  /** The status that the caller saw (`OK`, `ABORTED`, …); `PENDING` until it is answered. */
  code: string;
  /** The request's `x-goog-request-reason`, where it was sent. */
  readonly reason?: string;
  /** The fault that was played on it, where one was. `apply-then-lose`: it was carried out although the caller saw an error. */
  fault?: 'fail' | 'apply-then-lose' | 'delay';
}

/** Which calls to list. */
export interface CallFilter {
  /** A full method name or its end: `UpdateService`. */
  readonly method?: string | undefined;
  readonly role?: string | undefined;
}

/** Every call of this process, the last 20,000. */
export interface CallLog {
  record(call: { role: Caller; method: string; request: unknown; reason?: string | undefined }): CallRecord;
  list(filter?: CallFilter): readonly CallRecord[];
  clear(): void;
}

const kept = 20_000;

/** Creates an empty log. */
export function createCallLog(now: () => number): CallLog {
  let records: CallRecord[] = [];
  return {
    record({ role, method, request, reason }) {
      const record: CallRecord = {
        time: new Date(now()).toISOString(),
        role,
        method,
        request: asJson(request),
        code: 'PENDING',
        ...(reason === undefined ? {} : { reason }),
      };
      records.push(record);
      // Dropping a tenth at once keeps the cost of a full log away from each call.
      if (records.length > kept * 1.1) records = records.slice(-kept);
      return record;
    },
    list: (filter = {}) =>
      records
        .slice(-kept)
        .filter(
          (record) =>
            (filter.role === undefined || record.role === filter.role) &&
            (filter.method === undefined || methodMatches(filter.method, record.method)),
        ),
    clear() {
      records = [];
    },
  };
}

/** True where the pattern is `*`, the full name, or a whole-word end of it (`UpdateService`, `Services/UpdateService`). */
export function methodMatches(pattern: string, fullName: string): boolean {
  return (
    pattern === '*' || pattern === fullName || fullName.endsWith(`/${pattern}`) || fullName.endsWith(`.${pattern}`)
  );
}

function asJson(request: unknown): unknown {
  const text = JSON.stringify(request, function replace(this: Record<string, unknown>, key, value: unknown) {
    // JSON.stringify has already turned a Buffer into {type, data}: look at the original.
    const original = this[key];
    return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value;
  });
  return text === undefined ? null : JSON.parse(text);
}
