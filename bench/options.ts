import { parseArgs } from 'node:util';

/** The parts of the bench, in the order in which they run. */
export const parts = ['throughput', 'latency', 'history', 'intake', 'memory'] as const;
export type Part = (typeof parts)[number];

/** What the bench was asked for. */
export interface BenchOptions {
  /** Where the figures go as JSON. */
  readonly json: string | undefined;
  readonly rounds: number;
  /** Measured a round. */
  readonly cases: number;
  readonly address: string | undefined;
  readonly only: readonly Part[];
  /** How many cases wait, for the memory part; ascending. */
  readonly waiting: readonly number[];
  /** A folder for CPU profiles of the worker. */
  readonly profile: string | undefined;
}

export const usage = `usage: node bench/main.ts [--json FILE] [--rounds 3] [--cases 200] [--address HOST:PORT] [--only ${parts.join(',')}] [--waiting 1000,2000 | --full] [--profile FOLDER]`;

/** Wrong use; the message says what is wrong. */
export class UsageError extends Error {}

/** Reads the command line. Throws UsageError. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parsed(args);
  const only = (values.only ?? parts.join(',')).split(',').map((name) => {
    const part = parts.find((known) => known === name);
    if (part === undefined) throw new UsageError(`--only knows no ${name}`);
    return part;
  });
  const waiting = (values.full ? '1000,2000,4000,8000' : values.waiting)
    .split(',')
    .map((text) => whole('--waiting', text));
  return {
    json: values.json,
    rounds: whole('--rounds', values.rounds),
    cases: whole('--cases', values.cases),
    address: values.address,
    only,
    waiting: waiting.toSorted((a, b) => a - b),
    profile: values.profile,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        json: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        cases: { type: 'string', default: '200' },
        address: { type: 'string' },
        only: { type: 'string' },
        waiting: { type: 'string', default: '1000,2000' },
        full: { type: 'boolean', default: false },
        profile: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`${name} wants whole numbers from 1 on, not ${text}`);
  return value;
}
