import { expect, test } from 'vitest';
import { jsonDocuments } from './json-documents.ts';
import { textParts } from './finding-text.ts';

/** What was read: the documents by their member `a`, what could not be read by its line. */
function read(text: string): unknown[] {
  return jsonDocuments(text).map((part) =>
    'document' in part ? (part.document as { a: unknown }).a : `bad in ${part.line}`,
  );
}

const pretty = (a: number) => JSON.stringify({ a, b: { c: [{ d: '}\\"{' }] } }, null, 2);

test.each<[string, string, unknown[]]>([
  ['one', '{"a":1}', [1]],
  ['several on one line', '{"a":1}{"a":2} {"a":3}', [1, 2, 3]],
  ['several over many lines', `${pretty(1)}\n${pretty(2)}${pretty(3)}`, [1, 2, 3]],
  ['lines, blank ones, CRLF and record separators', '\u001e{"a":1}\r\n\r\n\u001e{"a":2}\r\n', [1, 2]],
  ['files with marks in front, one after another', '\ufeff{"a":1}\n\ufeff{"a":2}', [1, 2]],
  ['objects within objects on lines of their own', '{"x":\n{"y":1},\n"a":1}\n{"a":2}', [1, 2]],
  ['lists one after another', '[{"a":1},{"a":2}]\n[{"a":3}]', [1, 2, 3]],
])('documents are read: %s', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test.each<[string, string, unknown[]]>([
  ['cut off at the end', '{"a":1}\n{"a":', [1, 'bad in 2']],
  ['cut off in a text', '{"a":"1\n{"a":2}', ['bad in 1', 2]],
  ['cut off in an object', '{"x":{"a":1}\n{"a":2}\n{"a":3}', ['bad in 1', 2, 3]],
  ['cut off over many lines', `${pretty(1).slice(0, -9)}\n${pretty(2)}\n${pretty(3)}`, ['bad in 1', 2, 3]],
  ['with a comma too many', '{"a":1,}\n{"a":2}', ['bad in 1', 2]],
  ['with a bracket too many', '{"a":1}}\n{"a":2}', [1, 'bad in 1', 2]],
  ['no JSON between', '{"a":1}\nhello, world\n{"a":2}', [1, 'bad in 2', 2]],
  ['no JSON before', 'INFO: {"a":1}', ['bad in 1', 1]],
  ['in a list over many lines', '[\n{"a":1},\n{"a":oops},\n{"a":3}\n]', [1, 'bad in 3', 3]],
  ['left open in an indented list', '[\n  {"a":1},\n  {"a":\n  {"a":3}\n]', [1, 'bad in 3', 3]],
  ['in a list on one line', '[{"a":1},{a},{"a":3}]', [1, 'bad in 1', 3]],
  ['too deep', `{"a":1}\n${'{"a":'.repeat(70)}${'}'.repeat(70)}\n{"a":3}`, [1, 'bad in 2', 3]],
])('a bad document takes no neighbour with it: %s', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('rubbish is not looked at to its end, and that is said', () => {
  const parts = jsonDocuments('{x}\n'.repeat(2_000));
  expect(parts).toHaveLength(1_001);
  expect(parts.at(-1)).toMatchObject({ line: 1_001, problem: expect.stringContaining('the rest is not looked at') });
});

test('YAML is named, with how to get JSON', () => {
  expect(textParts('---\nfinding:\n  name: x\n')).toEqual([
    expect.objectContaining({ problem: expect.stringContaining('--format=json') }),
  ]);
});
