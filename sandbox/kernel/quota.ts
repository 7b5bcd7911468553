/** A quota: so many in any window of that length. */
export interface Quota {
  /** Takes one; false where the quota is used up (nothing is taken then). */
  take(): boolean;
}

/** Creates a sliding window: stricter than counting by the clock's minutes, so that a client which passes here passes there. */
export function createQuota(limit: number, windowMilliseconds: number, now: () => number): Quota {
  let taken: number[] = [];
  return {
    take() {
      const oldest = now() - windowMilliseconds;
      taken = taken.filter((time) => time > oldest);
      if (taken.length >= limit) return false;
      taken.push(now());
      return true;
    },
  };
}
