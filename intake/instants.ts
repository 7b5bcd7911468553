import { compareTimes, parseTime } from '../model/finding-time.ts';

/** True where an RFC 3339 time is at or before another, as instants; false where one of them is not a time. */
export function isUpTo(time: string, other: string | undefined): boolean {
  const order = compared(time, other);
  return order !== undefined && order <= 0;
}

/** True where an RFC 3339 time is before another, as instants; false where one of them is not a time. */
export function isBefore(time: string, other: string | undefined): boolean {
  const order = compared(time, other);
  return order !== undefined && order < 0;
}

function compared(time: string, other: string | undefined): number | undefined {
  const [left, right] = [parseTime(time), parseTime(other)];
  return left === undefined || right === undefined ? undefined : compareTimes(left, right);
}
