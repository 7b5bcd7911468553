import { invalidArgument } from './refuse.ts';
import type { Clock, Store } from './service.ts';

/** Creates the sandbox's clock. What it was set ahead survives a restart: else times in the kept state would lie in the future. */
export function createClock(store: Store): Clock {
  const section = store.section('clock', () => ({ offsetMilliseconds: 0 }));
  const listeners: (() => void)[] = [];
  return {
    now: () => Date.now() + section.value.offsetMilliseconds,
    advance(milliseconds) {
      if (!Number.isFinite(milliseconds) || milliseconds < 0) {
        throw invalidArgument('advanceMilliseconds must be a number from 0: the clock never goes back');
      }
      section.value.offsetMilliseconds += milliseconds;
      section.touch();
      for (const listener of listeners) listener();
    },
    onAdvance(listener) {
      listeners.push(listener);
    },
  };
}
