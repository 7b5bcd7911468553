import { isJsonObject } from './json.ts';
import type { Json } from './json.ts';
import { asText } from './finding-fields.ts';

interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
/** BigQuery's TIMESTAMP, as its tools write it: `2026-11-29 02:10:00[.123456][ UTC|+00]`; without a zone it is UTC. Source: BigQuery, data types. */
const bigQuery =
  /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(?:UTC|Z)| ?([+-])(\d\d)(?::?(\d\d))?)?$/;

/** 9999-12-31T23:59:59Z, the last second of google.protobuf.Timestamp. */
const lastSecond = 253_402_300_799;

function fromText(text: string): Instant | undefined {
  const parts = rfc3339.exec(text) ?? bigQuery.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts;
  const local = new Date(0);
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  local.setUTCHours(Number(hour), Number(minute), Number(second));
  // A date that does not exist rolls over to another one.
  if (!local.toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}:${second}`)) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60 * (sign === '-' ? -1 : 1);
  return { seconds: local.getTime() / 1000 - offset, nanos: Number(fraction.padEnd(9, '0')) };
}

function fromTimestamp(value: { readonly [key: string]: Json | undefined }): Instant | undefined {
  const seconds = asText(value['seconds']) || '0';
  const nanos = asText(value['nanos']) || '0';
  if (!/^-?\d{1,13}$/.test(seconds) || !/^\d{1,9}$/.test(nanos)) return undefined;
  return { seconds: Number(seconds), nanos: Number(nanos) };
}

/**
 * A time as RFC 3339 in UTC with 0, 3, 6 or 9 fractional digits (proto3 JSON's form, so that one instant has one text), from an RFC 3339
 * text, BigQuery's, or `{seconds, nanos}`. Undefined where it is none of these, or at or before 1970-01-01T00:00:00Z, which is how SCC writes "never".
 */
export function parseTime(value: Json | undefined): string | undefined {
  const instant = isJsonObject(value) ? fromTimestamp(value) : fromText(asText(value));
  if (!instant || instant.seconds < 0 || instant.seconds > lastSecond) return undefined;
  if (instant.seconds === 0 && instant.nanos === 0) return undefined;
  const whole = new Date(instant.seconds * 1000).toISOString().slice(0, 19);
  const digits = String(instant.nanos)
    .padStart(9, '0')
    .replace(/(?:000){1,3}$/, '');
  return `${whole}${digits === '' ? '' : `.${digits}`}Z`;
}

/**
 * Orders two times of `parseTime`'s form to the nanosecond: below zero, zero or above. Comparing the texts would not do: "…00Z" sorts
 * after "…00.5Z".
 */
export function compareTimes(a: string, b: string): number {
  const [left, right] = [sortable(a), sortable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A message's time may be so far ahead of the clock, milliseconds. */
const aheadAtMost = 600_000;

/** Whether a time of `parseTime`'s form is more than ten minutes ahead of the clock (milliseconds since the epoch). */
export function isAheadOfClock(time: string, now: number): boolean {
  return Date.parse(time) - now > aheadAtMost;
}

function sortable(time: string): string {
  const [whole = '', fraction = ''] = time.replace(/Z$/, '').split('.');
  return whole + fraction.padEnd(9, '0');
}
