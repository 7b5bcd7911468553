import { status } from '@grpc/grpc-js';
import type { Caller } from './calls.ts';
import { methodMatches } from './calls.ts';
import { invalidArgument } from './refuse.ts';

/** A fault to play on the next calls of a method. */
export interface FaultRule {
  /** Full name (`google.cloud.run.v2.Services/UpdateService`), its end (`UpdateService`), or `*`. */
  readonly method: string;
  /** Only for calls of this caller. */
  readonly role?: string | undefined;
  /** The status to answer, by name. Default `UNAVAILABLE`, unless only a delay is wanted. */
  readonly code?: string | undefined;
  /** How many calls it is played on; then it is over. Default 1. */
  readonly count?: number | undefined;
  /** Wait this long before the call is handled (`apply-then-lose`: after it was carried out). */
  readonly delayMilliseconds?: number | undefined;
  /** `fail` (default): the handler is not run. `apply-then-lose`: the handler runs, then the error is answered. */
  readonly mode?: 'fail' | 'apply-then-lose' | undefined;
}

/** The fault that one call meets. */
export interface Fault {
  readonly kind: 'fail' | 'apply-then-lose' | 'delay';
  readonly code: status;
  readonly delayMilliseconds: number;
}

/** The rules that are in force. */
export interface Faults {
  /** Adds a rule; earlier rules are used up first. Throws StatusError INVALID_ARGUMENT for a rule that could never work. */
  add(rule: FaultRule): void;
  /** The fault for this call, if any; counts it. */
  take(method: string, role: Caller): Fault | undefined;
  /** The rules not yet used up, with the calls that each has left. */
  list(): readonly (FaultRule & { readonly left: number })[];
  clear(): void;
}

/** Creates an empty set of rules. `methods` lists what is served, so that a misspelt rule is an error and not a test that passes for nothing. */
export function createFaults(methods: () => readonly string[]): Faults {
  let rules: { rule: FaultRule; fault: Fault; left: number }[] = [];
  return {
    add(rule) {
      if (!methods().some((method) => methodMatches(rule.method, method))) {
        throw invalidArgument(
          `no method of the sandbox is called ${JSON.stringify(rule.method)}. Use a full name, its end, or "*". Served are: ${methods().join(', ')}`,
        );
      }
      const count = rule.count ?? 1;
      if (!Number.isInteger(count) || count < 1)
        throw invalidArgument(`count must be a whole number from 1, not ${String(rule.count)}`);
      rules.push({ rule, fault: faultOf(rule), left: count });
    },
    take(method, role) {
      const found = rules.find(
        ({ rule }) => methodMatches(rule.method, method) && (rule.role === undefined || rule.role === role),
      );
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left === 0) rules = rules.filter((entry) => entry !== found);
      return found.fault;
    },
    list: () => rules.map(({ rule, left }) => ({ ...rule, left })),
    clear() {
      rules = [];
    },
  };
}

/** A status by its name, as `UNAVAILABLE`. Throws StatusError INVALID_ARGUMENT for any other text. */
export function statusByName(name: string): status {
  const entry = Object.entries(status).find(([key, value]) => key === name && typeof value === 'number');
  if (entry === undefined || typeof entry[1] !== 'number') {
    const names = Object.keys(status).filter((key) => Number.isNaN(Number(key)));
    throw invalidArgument(`code must be one of ${names.join(', ')}, not ${JSON.stringify(name)}`);
  }
  return entry[1];
}

function faultOf(rule: FaultRule): Fault {
  const delayMilliseconds = rule.delayMilliseconds ?? 0;
  if (!Number.isFinite(delayMilliseconds) || delayMilliseconds < 0)
    throw invalidArgument('delayMilliseconds must be a number from 0');
  const onlyDelay = rule.mode === undefined && rule.code === undefined && delayMilliseconds > 0;
  return {
    kind: onlyDelay ? 'delay' : (rule.mode ?? 'fail'),
    code: statusByName(rule.code ?? 'UNAVAILABLE'),
    delayMilliseconds,
  };
}
