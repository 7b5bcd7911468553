import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../runtime/errors.ts';
import type { Check, Preflight } from './check.ts';
import { type Line, notKnown } from './line.ts';

/** A check and what it found; never no line. */
export interface Checked {
  readonly check: string;
  readonly lines: readonly Line[];
}

/** What is done with a check that found out what it could: results come in the order of the checks. */
export type OnChecked = (checked: Checked) => void;

/**
 * Looks at all at once, and tells each in its order as soon as it and those before it are done. Each has its own deadline, milliseconds: what has not
 * answered by then is not known, and the rest goes on.
 */
export async function runChecks(
  checks: readonly Check[],
  preflight: Omit<Preflight, 'signal'>,
  patience: number,
  onChecked: OnChecked,
): Promise<Checked[]> {
  const looking = checks.map((check) => checked(check, preflight, patience));
  const all: Checked[] = [];
  for (const one of looking) {
    const done = await one;
    all.push(done);
    onChecked(done);
  }
  return all;
}

async function checked(check: Check, preflight: Omit<Preflight, 'signal'>, patience: number): Promise<Checked> {
  const over = new AbortController();
  const late = async (): Promise<Line[]> => {
    await pause(patience, undefined, { signal: over.signal, ref: true });
    return [notKnown(`no answer within ${patience / 1000} s`, 'Look at the network from here, and ask again.')];
  };
  const deadline = new AbortController();
  const looking = look(check, { ...preflight, signal: deadline.signal });
  try {
    const lines = await Promise.race([looking, late().catch(() => looking)]);
    return { check: check.name, lines };
  } finally {
    over.abort();
    deadline.abort();
  }
}

async function look(check: Check, preflight: Preflight): Promise<readonly Line[]> {
  try {
    return await check.look(preflight);
  } catch (error) {
    // A check that is broken is one thing that is not known; the others say what they have found.
    return [notKnown(`the check itself failed: ${messageOf(error).slice(0, 300)}`, 'Report it.')];
  }
}
