import { expect, test } from 'vitest';
import { age, clock, duration } from './durations.ts';
import { safeJson } from './safe-json.ts';
import { columns, wrap } from './wrap.ts';

test('JSON holds nothing that a terminal acts on or hides, and still says the same', () => {
  const value = {
    '\u009b31m': [
      '\u001b[2J',
      '\u202e',
      '\u2066',
      '\u200b',
      '\u2028',
      '\u007f',
      '\ud800',
      '\u{e0041}',
      'é 漢 "quoted" \n',
    ],
  };
  const text = safeJson(value);
  expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(text).toContain('é 漢');
  expect(JSON.parse(text)).toEqual(value);
});

test.each([
  ['between words', 'one two three', 7, ['one two', 'three']],
  [
    'inside a word that is too long, after a joint',
    'projects/ember/services/storefront',
    20,
    ['projects/ember/', 'services/storefront'],
  ],
  ['anywhere in a word without joints', 'aaaaaaaaaa', 4, ['aaaa', 'aaaa', 'aa']],
  ['by columns, not characters', '漢字漢字', 4, ['漢字', '漢字']],
  ['not at all where there is nothing', '', 10, ['']],
])('text is broken %s', (_, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
  for (const line of wrap(text, width)) expect(columns(line)).toBeLessThanOrEqual(width);
});

test.each([
  [0, '0 s'],
  [-5_000, '0 s'],
  [42_999, '42 s'],
  [60_000, '1 min'],
  [14_280_000, '3 h 58 min'],
  [7_205_000, '2 h'],
  [100_000_000, '1 d 3 h'],
])('%i ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test('times of today are short, others have their date, ages have one unit', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  expect(clock('2026-11-20T09:14:31.250Z', now)).toBe('09:14:31');
  expect(clock('2026-11-19T09:14:31.250Z', now)).toBe('2026-11-19 09:14:31');
  expect(clock('nonsense', now)).toBe('an unknown time');
  expect(age('2026-11-20T09:14:31Z', now)).toBe('2 h');
});
