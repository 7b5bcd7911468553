import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds. */
const interval = 100;

/**
 * Asks until there is an answer: an error or undefined is asked again, so that a test goes on through what it kills itself. Throws after
 * `milliseconds` (a minute by default) with the last error.
 */
export async function steadily<T>(what: string, ask: () => Promise<T | undefined>, milliseconds = 60_000): Promise<T> {
  const giveUp = Date.now() + milliseconds;
  let last: unknown = 'no answer';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = 'not yet';
    } catch (error) {
      last = error;
    }
    if (Date.now() > giveUp) throw new Error(`${what}: not within ${milliseconds / 1000} s`, { cause: last });
    await pause(interval);
  }
}
