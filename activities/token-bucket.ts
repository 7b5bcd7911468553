import { later } from './later.ts';

/** Spends calls below a quota, exactly: never more than so many in any minute; counted apart for each key. */
export interface TokenBucket {
  /**
   * Takes one call's token for a key. Waits where the next one is due within seconds; else throws a failure that Temporal retries when it
   * is due, so that no activity is kept running for it.
   */
  take(key: string): Promise<void>;
}

const longestWait = 2_000;
const minute = 60_000;

/** A bucket of `perMinute` tokens, each of which comes back a minute after it was taken. `now` in milliseconds. */
export function tokenBucket(what: string, perMinute: number, now: () => number = Date.now): TokenBucket {
  // When the last `perMinute` tokens of a key were, or will be, taken.
  const taken = new Map<string, number[]>();
  return {
    async take(key) {
      const times = taken.get(key) ?? [];
      const oldest = times.length < perMinute ? undefined : times[0];
      const due = oldest === undefined ? now() : Math.max(now(), oldest + minute);
      const wait = due - now();
      if (wait > longestWait) {
        throw later(
          'quota',
          `${what}: the quota of ${perMinute} a minute is used up; next call in ${Math.ceil(wait / 1000)} s`,
          wait,
        );
      }
      times.push(due);
      if (times.length > perMinute) times.shift();
      taken.set(key, times);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    },
  };
}
