import type { Json } from '../model/json.ts';

/** What a Google client answered, as plain JSON: bytes as base64, timestamps as RFC 3339 in UTC, protobuf's structs unwrapped. */
export function plainJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object') return null;
  const object = value as Record<string, unknown>;
  return timestamp(object) ?? struct(object) ?? plainObject(object);
}

function plainObject(object: Record<string, unknown>): Json {
  const entries = Object.entries(object).filter(
    ([, field]) => field !== undefined && field !== null && typeof field !== 'function',
  );
  return Object.fromEntries(entries.map(([key, field]) => [key, plainJson(field)]));
}

/** `{seconds, nanos}` of google.protobuf.Timestamp. Durations have the same form and read as times near 1970; none of those is shown. */
function timestamp({ seconds, nanos, ...rest }: Record<string, unknown>): Json | undefined {
  if (seconds === undefined || nanos === undefined || Object.keys(rest).length > 0) return undefined;
  return timeText({ seconds, nanos });
}

/** A protobuf timestamp as RFC 3339 in UTC with nanoseconds as far as there are any; empty where it is not set. */
export function timeText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { seconds, nanos } = value as { seconds?: unknown; nanos?: unknown };
  const whole = Number(seconds ?? 0);
  if (whole === 0) return '';
  const fraction = Number(nanos ?? 0) === 0 ? '' : `.${String(Number(nanos)).padStart(9, '0').replace(/0+$/, '')}`;
  return new Date(whole * 1000).toISOString().replace('.000Z', `${fraction}Z`);
}

/** google.protobuf.Struct and Value as the client's decoder leaves them: `{fields}`, `{kind, stringValue}`. */
function struct(object: Record<string, unknown>): Json | undefined {
  const { fields, kind } = object;
  if (typeof fields === 'object' && fields !== null && Object.keys(object).length === 1)
    return plainObject(fields as Record<string, unknown>);
  if (typeof kind !== 'string' || !kind.endsWith('Value')) return undefined;
  const held = object[kind];
  if (kind === 'nullValue') return null;
  if (kind === 'listValue') return plainJson((held as { values?: unknown } | null)?.values ?? []);
  return plainJson(held);
}
