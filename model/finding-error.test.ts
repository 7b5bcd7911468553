import { expect, test } from 'vitest';
import { FindingParseError } from './finding-error.ts';
import { textParts } from './finding-text.ts';
import { minimal, parseText, pushed } from './fixtures/read-fixture.ts';
import { parseFindings } from './parse-finding.ts';

function errorOf(run: () => unknown): FindingParseError {
  try {
    run();
  } catch (error) {
    if (error instanceof FindingParseError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const name = 'organizations/1/sources/2/findings/f';

test.each([
  ['nothing', null, '', 'expected a finding, got nothing'],
  ['a number', 7, '', 'expected a finding, got 7'],
  ['an empty object', {}, '', 'got an empty object'],
  ['something else', { kind: 'Pod', spec: {} }, '', 'got an object with kind, spec'],
  ['a notification without a finding', { finding: null }, 'finding', 'expected a finding, got nothing'],
  ['no name', minimal({ name: null }), 'name', 'got nothing'],
  ['the wildcard source', minimal({ name: 'organizations/1/sources/-/findings/f' }), 'name', 'sources/-/findings/f'],
  ['a dash in the source', minimal({ name: 'organizations/1/sources/2-3/findings/f' }), 'name', 'sources/2-3'],
  [
    'another collection',
    minimal({ name: 'sources/2/findings/f' }),
    'name',
    'expected (organizations|folders|projects)',
  ],
  ['more after the name', minimal({ name: `${name}/securityMarks` }), 'name', 'securityMarks'],
  ['a line break after the name', minimal({ name: `${name}\n` }), 'name', 'findings/f\\n"'],
  ['a name that is too long', minimal({ name: name + 'f'.repeat(128) }), 'name', '…[cut'],
  ['no category', { finding: minimal({ category: '' }) }, 'finding.category', 'got an empty text'],
  ['a category that is no text', { findings: minimal({ category: {} }) }, 'findings.category', 'got an object'],
  ['no event time', minimal({ eventTime: null }), 'eventTime', 'RFC 3339 or {seconds, nanos}, got nothing'],
  ['a zero event time', minimal({ eventTime: '1970-01-01T00:00:00Z' }), 'eventTime', 'after 1970'],
  ['a day that does not exist', minimal({ eventTime: '2026-02-30T00:00:00Z' }), 'eventTime', '2026-02-30'],
  ['the second of two', [minimal(), { finding: minimal({ name: 'x' }) }], '[1].finding.name', 'got "x"'],
  ['one of a list', { listFindingsResults: [{ finding: [] }] }, 'listFindingsResults[0].finding', 'a list of 0'],
  ['a list that is none', { listFindingsResults: 'x' }, 'listFindingsResults', 'expected a list, got "x"'],
  ['a push without data', { message: { attributes: {} } }, 'message.data', 'expected base64, got nothing'],
  ['a push that is not base64', { message: { data: '{"a":1}' } }, 'message.data', 'expected base64'],
  ['a push that is not JSON', { message: { data: 'aGVsbG8=' } }, 'message.data', 'expected JSON, got "hello"'],
  [
    'a push in too many others',
    pushed(pushed(pushed(pushed(pushed(minimal()))))),
    'message.data.message.data.message.data.message.data',
    'in more than 4 envelopes',
  ],
  ['a bad finding in a push', pushed({ finding: minimal({ name: 1 }) }), 'message.data.finding.name', 'got 1'],
])('%s is refused, with where and why', (_, document, where, problem) => {
  const error = errorOf(() => parseFindings(document));
  expect(error.where).toBe(where);
  expect(error.message).toContain(problem);
  expect(error.name).toBe('FindingParseError');
});

test.each([
  ['{"a":', 'expected JSON, got "{"a":"'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'nested more than 64 levels deep'],
  [`${'{"a":'.repeat(65)}1${'}'.repeat(65)}\n{}`, 'nested more than 64 levels deep'],
  ['['.repeat(300_000) + ']'.repeat(300_000), 'nested more than 64 levels deep'],
  [' '.repeat(10 * 1024 * 1024 + 1), '10485761 characters long, expected at most 10485760'],
])('a text that holds no readable JSON is refused (%#)', (text, problem) => {
  expect(errorOf(() => parseText(text)).message).toContain(problem);
});

test('a text is as long as is asked for at most', () => {
  expect(textParts('[[1]]', 5)).toEqual([{ line: 1, document: [[1]] }]);
  expect(() => textParts('[[1]]', 4)).toThrow('at most 4');
});

test('a byte order mark in front is no reason to refuse', () => {
  expect(textParts('\ufeff{"a":1}')).toEqual([{ line: 1, document: { a: 1 } }]);
});

test('a message quotes at most 80 characters of the input, and nothing that a terminal would act on', () => {
  const { message } = errorOf(() => parseFindings(minimal({ name: `\u001b[2J\u202e${'A'.repeat(5_000)}` })));
  expect(message).toContain('\\u{1b}[2J\\u{202e}AAA');
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(message.length).toBeLessThan(250);
});

test('something that contains itself is refused, not followed for ever', () => {
  const loop: Record<string, unknown> = minimal();
  loop['self'] = loop;
  expect(errorOf(() => parseFindings(loop)).message).toContain('nested more than 64 levels deep');
});
