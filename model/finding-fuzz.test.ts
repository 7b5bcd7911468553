import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FindingParseError } from './finding-error.ts';
import { findingBytes } from './finding-bounds.ts';
import { minimal, parseText, pushed, readFixture, shapes } from './fixtures/read-fixture.ts';
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

/** A line of a file: a finding, any JSON, or anything. */
const line = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  mangled.map((finding) => JSON.stringify(finding)),
  fc.constantFrom('', '{"__proto__":{"polluted":1}}', '[', '{"message":{"data":"e30="}}'),
);

test('any text, of one line or many, holds findings or is refused with a FindingParseError', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), fc.constantFrom('\n', '\r\n', ' ', ''), (lines, between) => {
      try {
        parseText(lines.join(between));
      } catch (error) {
        expect(error).toBeInstanceOf(FindingParseError);
      }
    }),
  );
});

test('no document changes a prototype, wherever keys that name parts of one stand in it', () => {
  const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype, Map.prototype];
  const state = () =>
    prototypes.flatMap((each) =>
      Reflect.ownKeys(each).map((key): readonly unknown[] => [
        key,
        ...Object.values(Object.getOwnPropertyDescriptor(each, key) ?? {}),
      ]),
    );
  const before = state();
  const key = fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    'env',
    'key',
    'value',
  );
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>('polluted', null, 1, true),
      fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  const place = fc.constantFrom(...fields, 'resource', '__proto__', 'constructor');
  fc.assert(
    fc.property(place, tree, tree, (name, inside, beside) => {
      const finding = minimal(Object.fromEntries([[name, inside]]));
      const document = { finding, resource: beside, sourceProperties: beside };
      // As text, since only text can hold a key `__proto__` that a careless copy would assign.
      for (const each of [document, finding, pushed(document), [document, inside], { listFindingsResults: [document] }])
        onlyParseErrors(JSON.parse(JSON.stringify(each)));
    }),
    { numRuns: 300 },
  );
  const after = state();
  expect(after.map(([key]) => key)).toEqual(before.map(([key]) => key));
  expect(after.flat().every((part, index) => Object.is(part, before.flat()[index]))).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
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
      expect(parsed!.finding.caseId).toBe('finding-o1-2-f');
      expect(other!.fingerprint).not.toBe(parsed!.fingerprint);
    }),
    { numRuns: 5 },
  );
});
