import { expect, test } from 'vitest';
import { FindingParseError } from './finding-error.ts';
import { minimal, parseText } from './fixtures/read-fixture.ts';
import { textParts } from './finding-text.ts';
import type { JsonObject } from './json.ts';
import { findingRecords } from './parse-finding.ts';

/** The text of the smallest finding, with members written in front of and behind its own. */
function around(front: string, behind: string, fields: JsonObject = {}): string {
  return `{${front}${JSON.stringify(minimal(fields)).slice(1, -1)}${behind}}`;
}

function read(text: string) {
  return parseText(text)[0]!;
}

test('of a key that stands twice the last counts, for what is read, kept and digested alike', () => {
  const twice = read(around('"category":"Malicious URL Observed",', ',"severity":"LOW","severity":"HIGH"'));
  const once = read(JSON.stringify(minimal({ severity: 'HIGH' })));
  expect(twice.finding).toEqual(once.finding);
  expect(twice.document).toEqual(once.document);
  expect(twice.originalSha256).toBe(once.originalSha256);
  expect(twice.fingerprint).toBe(once.fingerprint);
});

test('a second name, resource or time that cannot be read is refused, whatever stood first', () => {
  for (const [behind, where] of [
    [',"name":"x"', 'name'],
    [',"category":1', 'category'],
    [',"eventTime":"never"', 'eventTime'],
  ] as const)
    expect(() => read(around('', behind))).toThrow(expect.objectContaining({ name: 'FindingParseError', where }));
  expect(read(around('', ',"resourceName":"//container.googleapis.com/x"')).finding).not.toHaveProperty('resource');
});

test.each([
  '"processes":[{"envVariables":[{"name":"K","val":"secret-one","val":"secret-two"}]}]',
  '"processes":[{"envVariables":[{"name":"K","val":"secret-one"}],"envVariables":[{"name":"K","val":"secret-two"}]}]',
  '"processes":[{"envVariables":[{"name":"K","val":"secret-one"}],"env_variables":[{"name":"K","val":"secret-two"}]}]',
  '"processes":[{"envVariables":[]}],"processes":[{"envVariables":[{"name":"K","name":"K=secret-one","val":""}]}]',
  '"sourceProperties":{"Environment_Variables":"secret-one","Environment_Variables":["secret-two"]}',
])('no environment value survives in %s', (members) => {
  const { document, finding } = read(around('', `,${members}`));
  expect(JSON.stringify({ document, finding })).not.toMatch(/secret-(one|two)/);
});

test('a finding that stands twice, also under both of its names, is read once', () => {
  const [first, second] = ['a', 'b'].map((id) =>
    JSON.stringify(minimal({ name: `organizations/1/sources/2/findings/${id}` })),
  );
  const ids = (text: string) => parseText(text).map(({ finding }) => finding.caseId);
  expect(ids(`{"finding":${first},"finding":${second}}`)).toEqual(['finding-o1-2-b']);
  expect(ids(`{"findings":${first},"finding":${second}}`)).toEqual(['finding-o1-2-b']);
  expect(ids(`{"finding":${second},"findings":${first}}`)).toEqual(['finding-o1-2-b']);
});

test('keys that name parts of an object may stand twice', () => {
  const text = around('"__proto__":{"category":"x"},', ',"__proto__":{"polluted":1},"constructor":1,"constructor":{}');
  const { finding, document } = read(text);
  expect(finding.category).toBe('Reverse Shell');
  expect(Object.keys(document)).toContain('__proto__');
  expect({}).not.toHaveProperty('polluted');
});

test('marks whose keys differ by case are one, and the last counts', () => {
  const { finding } = read(JSON.stringify(minimal({ securityMarks: { marks: { Team: 'a', TEAM: 'b', other: 'c' } } })));
  expect(finding.marks).toEqual({ team: 'b', other: 'c' });
});

test.each([
  ['{"a":1}\n{"b":', 'line 2', 'got "{"b":"'],
  ['\n\n[1]\n\u001b[2J', '', 'got "1]\\n\\u{1b}[2J"'],
  ['{}\nhello\n', 'line 2', 'expected JSON, got "hello'],
  [`${JSON.stringify(minimal())}\n7`, 'line 2', 'expected JSON, got "7"'],
])('lines that are not all findings are named, with where and why (%#)', (text, where, problem) => {
  const error = findingRecords(textParts(text))
    .flatMap((record) => ('error' in record ? record.error : []))
    .at(-1);
  expect(error).toBeInstanceOf(FindingParseError);
  expect(error).toMatchObject({ where, message: expect.stringContaining(problem) as string });
});
