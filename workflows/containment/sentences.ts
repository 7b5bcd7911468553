/** What no rung gives back: said by each that ends instances, executions or the workload itself. */
export const alreadyTaken =
  'credentials or data already taken from the container; tokens already issued to it stay valid for up to an hour';

/** Going back to an older revision closes no hole that it has too. */
export function sameWeakness(good: string): string {
  return `the way in, if ${good} has the same weakness`;
}

/** What is outbound needs no request to live. */
export const runningInstances =
  'what runs now: instances keep their open connections, and an open shell is outbound and needs no request';
