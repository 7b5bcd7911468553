import { expect, test } from 'vitest';
import { playSchedule } from './support/play-schedule.ts';
import { scheduleOf } from './support/schedule.ts';
import { sideBySide } from './support/side-by-side.ts';

/** Seeds from 1001 on, so that they differ from those of every `npm test`. */
const count = Number(process.env['FIREBREAK_FAULT_SCHEDULES'] ?? 200);
const seeds = Array.from({ length: count }, (_, index) => 1_001 + index);

test(
  `${count} seeded schedules of faults: no promise is broken`,
  async () => {
    const ends = await sideBySide(seeds, 4, (seed) => playSchedule(scheduleOf(seed)));
    expect(ends).toHaveLength(count);
    // The faults do not win each time: much of this would hold for a system that does nothing.
    expect(ends.flat().filter((state) => state === 'contained').length).toBeGreaterThan(count / 4);
  },
  count * 60_000,
);
