import { expect, test } from 'vitest';
import { playSchedule } from './support/play-schedule.ts';
import { scheduleOf } from './support/schedule.ts';
import { sideBySide } from './support/side-by-side.ts';

test('a seed draws the same schedule each time', () => {
  expect(scheduleOf(7)).toEqual(scheduleOf(7));
  expect(scheduleOf(7)).not.toEqual(scheduleOf(8));
});

/** Of the many in schedules.long.test.ts; a seed in the environment is replayed instead. */
const given = process.env['FIREBREAK_FAULT_SEED'];
const seeds = given === undefined ? [1, 2] : [Number(given)];

test('whatever goes wrong, no promise is broken', async () => {
  const ends = await sideBySide(seeds, 3, (seed) => playSchedule(scheduleOf(seed)));
  expect(ends.flat().length).toBeGreaterThan(0);
}, 300_000);
