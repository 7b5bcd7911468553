import { setTimeout as pause } from 'node:timers/promises';

/** How long to wait between two looks at whatever is away, in milliseconds: doubled from `first` up to `most`, each with jitter. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/** The waits of a back-off, one after the other, until it is begun again. */
export function createWaits({ first, most }: Backoff) {
  let next = first;
  return {
    /** Waits the next time; returns early when the signal aborts. */
    async wait(signal: AbortSignal): Promise<void> {
      // Jitter, so that many intakes do not come back all at once.
      const milliseconds = next * (0.5 + Math.random() / 2);
      next = Math.min(next * 2, most);
      await pauseUnlessAborted(milliseconds, signal);
    },
    restart(): void {
      next = first;
    },
  };
}

/** Waits; returns early when the signal aborts. */
export async function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Resolves when the signal aborts. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
