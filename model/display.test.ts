import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, plain, searchValue } from './display.ts';

test.each([
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['\u009b2J', '\\u{9b}2J'],
  ['one\ntwo\tthree\r', 'one\\ntwo\\tthree\\u{d}'],
  ['abc\u202etxt.exe', 'abc\\u{202e}txt.exe'],
  ['\u2066\u2069\u200e\u200f\u061c', '\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}'],
  ['ze\u200bro\u00ad\ufeff', 'ze\\u{200b}ro\\u{ad}\\u{feff}'],
  ['\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['\ud800x', '\\u{d800}x'],
  ['\u{e0041}', '\\u{e0041}'],
  ['\u3164', '\\u{3164}'],
  ['naïve 日本 🔥', 'naïve 日本 🔥'],
  ['', ''],
])('%j is shown as %s', (text, expected) => {
  expect(plain(text, 200)).toBe(expected);
});

test('a text is cut with a mark that counts what is missing, never inside a character or an escape', () => {
  expect(plain('abcdef', 6)).toBe('abcdef');
  expect(plain('abcdef', 4)).toBe('abcd …[cut, 2 more]');
  expect(plain('🔥🔥🔥', 2)).toBe('🔥🔥 …[cut, 1 more]');
  expect(plain('abc\u001bdef', 6)).toBe('abc …[cut, 4 more]');
  expect(cut('🔥🔥🔥', 3)).toBe('🔥🔥🔥');
  expect(cut('🔥🔥🔥', 1)).toBe('🔥 …[cut, 2 more]');
});

test('whatever the text, what is shown is one harmless line of bounded length', () => {
  const units = fc.string({
    unit: fc.oneof(
      fc.constant('\u001b'),
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    ),
  });
  fc.assert(
    fc.property(units, fc.nat(100), (text, limit) => {
      const shown = plain(text, limit);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(Array.from(shown).length).toBeLessThanOrEqual(limit + 40);
      expect(plain(shown, 1_000)).toBe(shown);
    }),
  );
});

test.each([
  ['Execution: Possible Remote Command Execution Detected', 'Execution: Possible Remote Command Execution Detected'],
  ['Execution: Fileless Execution in /memfd:', 'Execution: Fileless Execution in /memfd:'],
  ['Reverse Shell\n', 'other'],
  ['a" OR "1"="1', 'other'],
  ['', 'other'],
  ['a'.repeat(121), 'other'],
  ['Rеverse Shell', 'other'],
])('the search value of %j is %s', (text, expected) => {
  expect(searchValue(text)).toBe(expected);
});

test('a grammar of its own must match the whole text, however it is written', () => {
  expect(searchValue('web', /[a-z]+/)).toBe('web');
  expect(searchValue('web!', /[a-z]+/)).toBe('other');
  expect(searchValue('x\nweb', /^web$/m)).toBe('other');
  expect(searchValue('webx', /web|job/)).toBe('other');
  expect(searchValue('WEB', /[a-z]+/gi)).toBe('WEB');
});
