import { later } from './later.ts';

/** Spends calls below a quota, exactly: never more than so many in any minute; counted apart for each key. */
export interface TokenBucket {
  /**
   * Takes one call's token of `key` for `who`. Waits where the next one is due within `patience` milliseconds; else throws a failure that
   * Temporal retries when it is this one's turn, so that no activity is kept running for it. Who does not come back loses nothing for others;
   * who will not come back says so by being undefined, and keeps no place.
   */
  take(key: string, who: string | undefined, patience?: number): Promise<void>;
}

/** A minute, and a margin: the other side counts calls when they arrive, some sooner after us than others. */
const minute = 62_000;
/** Who was told to come back and has not come so long after the time: its place in the queue is given up. */
const forgetAfter = 60_000;

interface Key {
  /** When the last tokens were taken, oldest first; at most as many as there are a minute. */
  readonly taken: number[];
  /** Who was sent away, in the order of arrival, and when to come back. */
  readonly waiting: Map<string, number>;
}

/** A bucket of `perMinute` tokens, each of which comes back a minute after it was taken. `now` in milliseconds. */
export function tokenBucket(what: string, perMinute: number, now: () => number = Date.now): TokenBucket {
  const keys = new Map<string, Key>();

  function nextFree({ taken }: Key): number {
    const oldest = taken.length < perMinute ? undefined : taken[0];
    return oldest === undefined ? now() : Math.max(now(), oldest + minute);
  }

  /** How many came before and still wait. */
  function placeOf(who: string | undefined, { waiting }: Key): number {
    for (const [name, comesBack] of waiting) if (comesBack + forgetAfter < now()) waiting.delete(name);
    const place = who === undefined ? -1 : [...waiting.keys()].indexOf(who);
    return place === -1 ? waiting.size : place;
  }

  return {
    async take(name, who, patience = 2_000) {
      const key = keys.get(name) ?? { taken: [], waiting: new Map<string, number>() };
      keys.set(name, key);
      const wait = nextFree(key) - now();
      if (wait > patience) {
        const turn = wait + (placeOf(who, key) * minute) / perMinute;
        if (who !== undefined) key.waiting.set(who, now() + turn);
        throw later(
          'quota',
          `${what}: the quota of ${perMinute} a minute is used up; its turn comes in ${Math.ceil(turn / 1000)} s`,
          turn,
        );
      }
      if (who !== undefined) key.waiting.delete(who);
      key.taken.push(now() + wait);
      if (key.taken.length > perMinute) key.taken.shift();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    },
  };
}
