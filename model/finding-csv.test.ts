import { expect, test } from 'vitest';
import { textParts } from './finding-text.ts';
import { minimal, parseText } from './fixtures/read-fixture.ts';
import { findingRecords } from './parse-finding.ts';

const { name, category, eventTime, resourceName } = minimal() as Readonly<Record<string, string>>;
const header = 'finding.name,finding.category,finding.event_time,finding.resource_name,finding.state';
const row = (id: string, category = 'Reverse Shell') =>
  `organizations/1/sources/2/findings/${id},${category},${eventTime},${resourceName},ACTIVE`;

/** Ids of the findings that were read, and places and reasons of what was not. */
function read(text: string): string[] {
  return findingRecords(textParts(text)).map((record) =>
    'error' in record ? record.error.message : record.parsed.finding.caseId.slice('finding-o1-2-'.length),
  );
}

test.each<[string, string]>([
  ['fields with dots', header],
  ['fields in camel case', 'finding.name,finding.category,finding.eventTime,finding.resourceName,finding.state'],
  ['fields without a dot', 'name,category,event_time,resource_name,state'],
  ['words', 'Finding name,Category,Event time,Resource full name,State'],
])('a CSV whose columns are %s is its findings', (_, columns) => {
  const [finding] = parseText(`\ufeff${columns}\r\n${row('f')}\r\n`).map((parsed) => parsed.finding);
  expect(finding).toMatchObject({ name, category, eventTime, resourceName, state: 'ACTIVE' });
});

test.each([';', '\t'])('cells may be parted by %j', (delimiter) => {
  expect(read([header, row('a'), row('b')].join('\n').replaceAll(',', delimiter))).toEqual(['a', 'b']);
});

test('lists in cells are JSON, quotes are doubled, and cells may have line breaks', () => {
  const processes = JSON.stringify([{ name: 'sh', env_variables: [{ name: 'KEY', val: 'hunter2-planted' }] }]);
  const text = `${header},finding.processes,finding.description,resource.type\n${row('f')},"${processes.replaceAll('"', '""')}","two\nlines",google.cloud.run.Service\n${row('g')},,,`;
  const [first, second] = parseText(text);
  expect(first!.finding).toMatchObject({
    processes: [{ name: 'sh', envVariableNames: ['KEY'] }],
    description: 'two\nlines',
    resourceType: 'google.cloud.run.Service',
  });
  expect(second!.finding.processes).toEqual([]);
  expect(JSON.stringify(first)).not.toContain('hunter2-planted');
});

test('a CSV that lacks what a finding has to say is told which columns', () => {
  expect(read('Category,Severity,Event time\nReverse Shell,CRITICAL,2026-11-20T10:00:00Z')).toEqual([
    'the document: a CSV without finding.name, finding.resourceName: add these columns, or export the findings as JSON or JSONL',
  ]);
});

test('a bad row takes no other with it', () => {
  const bad = [
    row('a'),
    'a,b',
    row('b', '"Reverse'),
    row('c', ''),
    row('d'),
    row('e', '"Reverse'),
    row('f', '"x, ""y"""'),
  ];
  expect(read([header, ...bad].join('\n'))).toEqual([
    'a',
    'line 3: 2 cells, expected 5 as in the header',
    'line 4: a quote in this row is not closed',
    "line 5, finding.category: expected the detector's name, got nothing",
    'd',
    'line 7: a quote in this row is not closed',
    'f',
  ]);
  expect(read([header, row('a', '"open'), row('b'), row('c')].join('\n')).slice(1)).toEqual(['b', 'c']);
});

test('a column can be called anything', () => {
  const [parsed] = parseText(`${header},__proto__.polluted,constructor\n${row('f')},1,2`);
  expect(parsed!.finding.category).toBe('Reverse Shell');
  expect({}).not.toHaveProperty('polluted');
});
