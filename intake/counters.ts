import type { HandledMessage } from './handle-message.ts';
import type { DeliveryOutcome } from './start-case.ts';

/** What is counted: findings by outcome, dead letters by message. */
export type Counted = DeliveryOutcome | 'not-ours' | 'dead-letter';

/** Counts since the process started. */
export interface Counts {
  readonly messages: number;
  readonly outcomes: Readonly<Partial<Record<Counted, number>>>;
  /** Of `not-ours` and `dead-letter`. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Counts what became of messages. */
export interface Counters {
  count(handled: HandledMessage): void;
  counts(): Counts;
}

/** Counters at zero. */
export function createCounters(): Counters {
  let messages = 0;
  const outcomes = new Map<string, number>();
  const reasons = new Map<string, number>();
  const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    count({ deliveries, notOurs, deadLetter }) {
      messages += 1;
      for (const { outcome } of deliveries) add(outcomes, outcome);
      for (const reason of notOurs) {
        add(outcomes, 'not-ours');
        // What follows the colon names the resource or class: as many reasons as there are findings, and their text.
        add(reasons, reason.split(':', 1).join(''));
      }
      if (deadLetter === undefined) return;
      add(outcomes, 'dead-letter');
      add(reasons, deadLetter.why);
    },
    counts: () => ({ messages, outcomes: Object.fromEntries(outcomes), reasons: Object.fromEntries(reasons) }),
  };
}
