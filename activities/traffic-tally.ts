import type { CarriedTraffic } from '../model/good-rule.ts';
import type { TrafficRequest } from '../model/log-requests.ts';
import { isServed, showsLife } from './line-kinds.ts';
import type { LogLine } from './log-lines.ts';

/** By revision, by the start of a UTC day: the first and the last time seen, milliseconds since the epoch. */
export type Tally = ReadonlyMap<string, ReadonlyMap<number, Span>>;
type Span = { readonly first: number; readonly last: number };

const day = 86_400_000;

/** Adds what these lines show of the revisions that are asked about. */
export function tally(
  known: Tally,
  lines: readonly LogLine[],
  { resource, revisions, before }: Pick<TrafficRequest, 'resource' | 'revisions' | 'before'>,
): Tally {
  const result = new Map(known);
  for (const line of lines) {
    const { revision, time, receivedAt } = line;
    const counts = resource.kind === 'service' ? isServed(line) : showsLife(line);
    // Who may write log lines may date them back, but not say when they were taken in.
    const at = Math.max(Date.parse(time), Date.parse(receivedAt));
    if (!counts || !revisions.includes(revision) || !(at < Date.parse(before))) continue;
    const start = Math.floor(at / day) * day;
    const days = result.get(revision) ?? new Map<number, Span>();
    const { first, last } = days.get(start) ?? { first: at, last: at };
    result.set(revision, new Map(days).set(start, { first: Math.min(first, at), last: Math.max(last, at) }));
  }
  return result;
}

/** Whether it was there well before the first sign. */
export function isEarly(days: ReadonlyMap<number, Span>, wellBefore: string): boolean {
  return [...days.values()].some(({ first }) => first <= Date.parse(wellBefore));
}

/** Whether one of the revisions has shown enough. */
export function isProved(known: Tally, { wellBefore, days }: Pick<TrafficRequest, 'wellBefore' | 'days'>): boolean {
  return [...known.values()].some((seen) => seen.size >= days && isEarly(seen, wellBefore));
}

/** What is told of it. */
export function toldOf(known: Tally): CarriedTraffic[] {
  return [...known].map(([revision, days]) => {
    const spans = [...days.values()];
    return {
      revision,
      days: days.size,
      firstAt: new Date(Math.min(...spans.map(({ first }) => first))).toISOString(),
      lastAt: new Date(Math.max(...spans.map(({ last }) => last))).toISOString(),
    };
  });
}
