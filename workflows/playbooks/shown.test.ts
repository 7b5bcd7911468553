import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defanged } from './shown.ts';

test.each([
  ['https://u:p@evil.example/a/b.sh?q=1', 'hxxps://evil[.]example/a/b.sh (user, password and query left out)'],
  ['HTTP://evil.example', 'hxxp://evil[.]example'],
  ['evil.example/a', 'evil[.]example/a'],
  ['http:/u:p@evil.example/', 'hxxp://evil[.]example/ (user, password and query left out)'],
  ['http:\\\\u:p@evil.example\\x', 'hxxp://evil[.]example/x (user, password and query left out)'],
  ['', ''],
])('%j is shown as %j', (uri, shown) => {
  expect(defanged(uri)).toBe(shown);
});

test('whatever the URL, neither its query nor its password is shown, and nothing that can be followed', () => {
  const part = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[/\\?#@:]/g, ''));
  fc.assert(
    fc.property(part, part, part, (user, host, path) => {
      const shown = defanged(`https://${user}:PASSWORD@${host}/${path}?QUERY`);
      expect(shown).not.toMatch(/PASSWORD|QUERY|https:/);
    }),
  );
  const pieces = fc.array(fc.constantFrom('http', 'HTTPS', ':', '/', '\\\\', '@', 'a', '?', ' ', '.'), {
    maxLength: 14,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((list) => list.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        expect(defanged(text)).not.toMatch(/https?:/i);
      },
    ),
    { numRuns: 1_000 },
  );
});
