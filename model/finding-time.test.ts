import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from './json.ts';
import { compareTimes, parseTime } from './finding-time.ts';

test.each<[Json | undefined, string | undefined]>([
  ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z'],
  ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00Z'],
  ['2026-11-20T10:00:00.1Z', '2026-11-20T10:00:00.100Z'],
  ['2026-11-20T10:00:00.123456Z', '2026-11-20T10:00:00.123456Z'],
  ['2026-11-20T10:00:00.123456789z', '2026-11-20T10:00:00.123456789Z'],
  ['2026-11-20T12:30:00+02:30', '2026-11-20T10:00:00Z'],
  ['2026-11-19t22:00:00-12:00', '2026-11-20T10:00:00Z'],
  [{ seconds: '1795168800', nanos: 120_000_000 }, '2026-11-20T10:00:00.120Z'],
  [{ seconds: 1_795_168_800 }, '2026-11-20T10:00:00Z'],
  [{ seconds: '0', nanos: 0 }, undefined],
  [{}, undefined],
  ['1970-01-01T00:00:00Z', undefined],
  ['1970-01-01T00:00:00.000000Z', undefined],
  ['0001-01-01T00:00:00Z', undefined],
  ['2026-02-29T00:00:00Z', undefined],
  ['2026-11-20T24:00:00Z', undefined],
  ['2026-11-20', undefined],
  ['2026-11-20T10:00:00', undefined],
  [' 2026-11-20T10:00:00Z', undefined],
  [{ seconds: '253402300800' }, undefined],
  [{ seconds: 'soon' }, undefined],
  [1_795_168_800, undefined],
  [null, undefined],
  [undefined, undefined],
])('the time %j is %s', (value, expected) => {
  expect(parseTime(value)).toBe(expected);
});

test('one instant has one text, and times are ordered to the nanosecond', () => {
  const instant = fc.record({ seconds: fc.integer({ min: 1, max: 253_402_300_799 }), nanos: fc.nat(999_999_999) });
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const [left, right] = [parseTime(a)!, parseTime(b)!];
      expect(parseTime(left)).toBe(left);
      expect(Math.sign(compareTimes(left, right))).toBe(Math.sign(a.seconds - b.seconds || a.nanos - b.nanos));
    }),
  );
  expect(compareTimes('2026-11-20T10:00:00Z', '2026-11-20T10:00:00.500Z')).toBeLessThan(0);
  expect(compareTimes('2026-11-20T10:00:00.100Z', '2026-11-20T10:00:00.100500Z')).toBeLessThan(0);
  expect(compareTimes('2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z')).toBe(0);
});
