import { isDeepStrictEqual } from 'node:util';
import type { Recorded } from './recorded-facts.ts';
import type { Facts } from './replay-facts.ts';
import { absent, type ReplayDifference } from './replay-verdict.ts';

/** How far a comparison can go. */
export interface Extent {
  /** False where the replay broke off: then a command that only one side has means nothing. */
  readonly whole: boolean;
  /** False where the run goes on: then a local activity may be under way without a marker. */
  readonly closed: boolean;
}

/** Compares what the code asked for with what the history has. One difference a command, in the order of the history. */
export function compareFacts(recorded: Recorded, history: Facts, extent: Extent): ReplayDifference[] {
  const differences: ReplayDifference[] = [];
  for (const [key, { label, event, content }] of history.byKey) {
    const counterpart = recorded.facts.byKey.get(key);
    if (counterpart !== undefined) differences.push(...differenceWithin(label, event, counterpart.content, content));
    else if (extent.whole) differences.push({ event, what: label, recorded: absent, history: content });
  }
  if (!extent.whole) return differences;
  for (const [key, { label, content }] of recorded.facts.byKey) {
    if (!history.byKey.has(key) && !mayBeMissing(key, recorded, extent))
      differences.push({ event: null, what: label, recorded: content, history: absent });
  }
  return differences;
}

function mayBeMissing(key: string, { cancelled }: Recorded, { closed }: Extent): boolean {
  return cancelled.has(key) || (!closed && key.startsWith('local activity '));
}

/** The difference at the deepest place that holds all of it. */
function differenceWithin(
  label: string,
  event: number | null,
  recorded: unknown,
  history: unknown,
): ReplayDifference[] {
  if (isDeepStrictEqual(recorded, history)) return [];
  let path = '';
  let [left, right] = [recorded, history];
  for (;;) {
    const names = differingMembers(left, right);
    const [name] = names ?? [];
    if (names?.length !== 1 || name === undefined) break;
    path += Array.isArray(left) ? `[${name}]` : `${path === '' ? '' : '.'}${name}`;
    [left, right] = [memberOf(left, name), memberOf(right, name)];
  }
  return [{ event, what: path === '' ? label : `${label}: ${path}`, recorded: left, history: right }];
}

/** Names of the members that differ; undefined where one of the two has no members, or they are of different kinds. */
function differingMembers(left: unknown, right: unknown): string[] | undefined {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return undefined;
  if (Array.isArray(left) !== Array.isArray(right)) return undefined;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].filter((name) => !isDeepStrictEqual(memberOf(left, name), memberOf(right, name)));
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return absent;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
