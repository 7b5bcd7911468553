import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FindingParseError } from './finding-error.ts';
import { decodeFindingBytes } from './finding-json.ts';
import { findingBytes } from './finding-bounds.ts';
import { minimal, pushed, readFixture, shapes } from './fixtures/read-fixture.ts';
import type { Json, JsonObject } from './json.ts';
import { isJsonObject } from './json.ts';
import { parseFindings } from './parse-finding.ts';

function onlyParseErrors(document: unknown): void {
  try {
    parseFindings(document);
  } catch (error) {
    expect(error).toBeInstanceOf(FindingParseError);
  }
}

const fields = Object.keys(minimal()).concat(
  'processes containers connections files indicator mitreAttack access contacts securityMarks sourceProperties'.split(
    ' ',
  ),
);

/** A finding any of whose fields may be anything. */
const mangled = fc
  .dictionary(fc.constantFrom(...fields, '__proto__', 'constructor', 'toString', 'env_variables'), fc.jsonValue())
  .map((some) => minimal(Object.fromEntries(Object.entries(some)) as JsonObject));

/** A document with the value at one of its places replaced by something else. */
function replaceAt(value: Json, place: { left: number }, replacement: Json): Json {
  place.left -= 1;
  if (place.left === 0) return replacement;
  if (Array.isArray(value)) return value.map((element: Json) => replaceAt(element, place, replacement));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element = null]) => [key, replaceAt(element, place, replacement)]),
  );
}

test('whatever is given, the parser answers or throws a FindingParseError', () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), onlyParseErrors), { numRuns: 300 });
  fc.assert(
    fc.property(fc.jsonValue(), (value) => onlyParseErrors(pushed(value))),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(mangled, (finding) => onlyParseErrors({ finding, resource: finding })),
    { numRuns: 300 },
  );
});

test('a real shape with anything in any one place is answered or refused', () => {
  const one = fc.record({
    shape: fc.constantFrom(...shapes),
    place: fc.integer({ min: 1, max: 200 }),
    replacement: fc.jsonValue(),
  });
  fc.assert(
    fc.property(one, ({ shape, place, replacement }) => {
      const document = readFixture('reverse-shell', shape);
      onlyParseErrors(replaceAt(document, { left: place }, replacement));
    }),
    { numRuns: 300 },
  );
});

test('any text is JSON or a FindingParseError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      try {
        decodeFindingBytes(text);
      } catch (error) {
        expect(error).toBeInstanceOf(FindingParseError);
      }
    }),
  );
});

test('no document changes a prototype', () => {
  const before = [Object.prototype, Array.prototype, Function.prototype].map((each) =>
    Object.getOwnPropertyNames(each),
  );
  fc.assert(fc.property(mangled, (finding) => onlyParseErrors(JSON.parse(JSON.stringify({ finding })))));
  const after = [Object.prototype, Array.prototype, Function.prototype].map((each) => Object.getOwnPropertyNames(each));
  expect(after).toEqual(before);
});

test('however large and hostile, a finding fits into a payload while its document and fingerprint keep all', () => {
  const noise = fc.string({ unit: 'binary', minLength: 200, maxLength: 2_000 });
  const lists = fc.array(noise, { minLength: 40, maxLength: 80 });
  fc.assert(
    fc.property(lists, lists, (texts, args) => {
      const file = { path: texts[0]!, contents: texts[1]! };
      const process = {
        args,
        binary: file,
        libraries: texts.map(() => file),
        envVariables: args.map((name) => ({ name })),
      };
      const marks = Object.fromEntries(texts.map((text, index) => [`${index}${text}`, text]));
      const finding = minimal({
        category: texts[2]!,
        processes: [process, process],
        securityMarks: { marks },
        description: texts[3]!,
      });
      const [parsed] = parseFindings(finding);
      const [other] = parseFindings({ ...finding, processes: [process, { ...process, args: [...args, 'more'] }] });
      expect(new TextEncoder().encode(JSON.stringify(parsed!.finding)).length).toBeLessThanOrEqual(findingBytes);
      expect(parsed!.finding.caseId).toBe('finding-2-f');
      expect(other!.fingerprint).not.toBe(parsed!.fingerprint);
    }),
    { numRuns: 5 },
  );
});

const tenMegabytes = 10 * 1024 * 1024 - 4_096;

test.each([
  ['one text', minimal({ description: 'A'.repeat(tenMegabytes) })],
  ['one name', minimal({ resourceName: `//run.googleapis.com/projects/${'a-'.repeat(tenMegabytes / 2)}` })],
  ['escapes', minimal({ processes: [{ args: ['\\u003d'.repeat(tenMegabytes / 7)] }] })],
  [
    'a link',
    minimal({ sourceProperties: { contextUris: { virustotalIndicatorQueryUri: `https://${'a.'.repeat(2e6)}` } } }),
  ],
  ['many arguments', minimal({ processes: [{ args: Array.from({ length: 500_000 }, () => '\u001b[2J') }] })],
  ['many keys', minimal({ unknown: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`key${i}`, i])) })],
  [
    'many marks',
    minimal({ securityMarks: { marks: Array.from({ length: 100_000 }, (_, i) => ({ key: `k${i}`, value: '' })) } }),
  ],
  ['many findings', Array.from({ length: 5_000 }, () => minimal())],
])('10 MB of %s are read', (_, document) => {
  const text = JSON.stringify(document);
  expect(parseFindings(decodeFindingBytes(text)).length).toBeGreaterThan(0);
});
