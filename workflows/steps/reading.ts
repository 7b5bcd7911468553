import { ActivityFailure } from '@temporalio/workflow';
import type { Answered, Investigation, Unanswered } from '../../model/investigation.ts';
import { cut } from '../../model/display.ts';
import { MalformedError, parsed } from '../../model/parse.ts';
import type { z } from '../../model/schema.ts';
import { type CaseFile, note } from '../case-file.ts';

/** Characters of a reason: it goes on into plans and views. */
const longestReason = 1_000;

/** The investigation while it goes on: each branch is set when it answers. */
export type Branches = { -readonly [K in keyof Investigation]: Investigation[K] };

/** What a branch is until it answers. */
export const pending: Unanswered = { status: 'pending', reason: 'no answer yet' };

/** Seconds for reading: what fetching left of the budget, which is half of it or more. */
export function budgetLeft({ input, investigatingSince }: CaseFile): number {
  const { investigationBudget: budget } = input.times;
  return Math.max(budget / 2, budget - (Date.now() - investigatingSince) / 1000);
}

/** Reads within the budget; where that is over, says so and goes on in the background. */
export async function reading<T>(
  file: CaseFile,
  branches: Branches,
  what: string,
  read: (limitSeconds: number) => Promise<T | Unanswered>,
  set: (answer: Answered<T>) => void,
  limitSeconds = budgetLeft(file),
): Promise<void> {
  const first = await attempt(() => read(limitSeconds));
  set(first);
  if (first.status === 'failed' || first.status === 'gone') note(file, `${what}: ${first.reason}`);
  if (first.status !== 'pending') return;
  note(file, `${what}: no answer in time (${first.reason}); the proposal goes ahead without`);
  readLate(file, branches, what, read, set);
}

/** Goes on reading in the background: what comes before the case expires can still revise the proposal. */
export function readLate<T>(
  file: CaseFile,
  branches: Branches,
  what: string,
  read: (limitSeconds: number) => Promise<T | Unanswered>,
  set: (answer: Answered<T>) => void,
): void {
  void attempt(() => read(file.input.times.expiry)).then((late) => {
    // A newer investigation has taken over: this answer is about an older state of things.
    if (file.investigation !== branches) return;
    set(late.status === 'pending' ? { ...late, status: 'failed' } : late);
    file.answers += 1;
    note(file, late.status === 'answered' ? `${what}: answered late` : `${what}: ${late.reason}`);
  });
}

/** A limit that is over leaves the answer open; anything else that fails is an answer that will not come. */
export async function attempt<T>(read: () => Promise<T | Unanswered>): Promise<Answered<T>> {
  try {
    const value = await read();
    return isUnanswered(value) ? value : { status: 'answered', value };
  } catch (error) {
    const over = error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
    return { status: over ? 'pending' : 'failed', reason: reasonOf(error) };
  }
}

/** True for a branch without an answer. */
export function isUnanswered(value: unknown): value is Unanswered {
  return typeof value === 'object' && value !== null && 'status' in value && 'reason' in value;
}

/** An answer that is there already, in the form in which activities give theirs. */
export async function settled<T>(answer: Answered<T>): Promise<T | Unanswered> {
  return answer.status === 'answered' ? answer.value : answer;
}

/** A branch as another activity answered it: what is not of its form is not known. Anybody who can poll a queue can answer on it. */
export function branchOf<T>(schema: z.ZodMiniType<Answered<T>>, answer: unknown): Answered<T> {
  try {
    return parsed(schema, answer, 'answer');
  } catch (error) {
    return { status: 'failed', reason: reasonOf(error) };
  }
}

/** Why there is no answer: the innermost message of a failed activity, which is what the outside system said, or what is malformed. */
export function reasonOf(error: unknown): string {
  if (error instanceof MalformedError) return `not known: ${error.message}`;
  const inner = error instanceof ActivityFailure ? error.cause : error;
  return cut(inner instanceof Error ? inner.message : String(inner), longestReason);
}
