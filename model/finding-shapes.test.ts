import { expect, test } from 'vitest';
import { matchDetector } from './detectors/match-detector.ts';
import { whyNotOurs } from './finding-why-not-ours.ts';
import type { CloudRunResource, ParsedFinding } from './finding.ts';
import { parseText, pushed, readFixture, shapes } from './fixtures/read-fixture.ts';
import { isJsonObject } from './json.ts';
import { parseFindings } from './parse-finding.ts';

const service = '/services/storefront';
const resources = ['ember-shop-prod', '210987654321'].flatMap((project): [string, CloudRunResource][] => {
  const place = { project, location: 'europe-west1' };
  return [
    ['/services/web', { kind: 'service', ...place, name: 'web' }],
    ['/services/web/revisions/web-00007-abc', { kind: 'service', ...place, name: 'web', revision: 'web-00007-abc' }],
    ['/jobs/nightly', { kind: 'job', ...place, name: 'nightly' }],
    ['/jobs/nightly/executions/nightly-x1', { kind: 'job', ...place, name: 'nightly', execution: 'nightly-x1' }],
    ['/workerPools/queue', { kind: 'workerPool', ...place, name: 'queue' }],
    ['/workerPools/queue/revisions/queue-1', { kind: 'workerPool', ...place, name: 'queue', revision: 'queue-1' }],
  ];
});

/** The Reverse Shell fixture in one shape, as text, about another resource. */
function about(shape: (typeof shapes)[number], { project }: CloudRunResource, tail: string): string {
  return JSON.stringify(readFixture('reverse-shell', shape)).replaceAll(
    `//run.googleapis.com/projects/ember-shop-prod/locations/europe-west1${service}`,
    `//run.googleapis.com/projects/${project}/locations/europe-west1${tail}`,
  );
}

function read(text: string): ParsedFinding[] {
  return parseText(text);
}

const table = shapes.flatMap((shape) =>
  resources.map(([tail, resource]) => ({ shape, tail, resource, project: resource.project })),
);

test.each(table)('as $shape a finding about $tail of project $project names that resource', (row) => {
  const text = about(row.shape, row.resource, row.tail);
  expect(text).not.toContain(service);
  for (const received of [text, JSON.stringify(pushed(JSON.parse(text)))]) {
    const [parsed, ...more] = read(received);
    expect(more).toEqual([]);
    const { finding } = parsed!;
    expect(finding.resource).toEqual(row.resource);
    expect(whyNotOurs(finding)).toBeUndefined();
    expect(matchDetector(finding.category, finding)?.displayName).toBe('Reverse Shell');
  }
});

const documents = shapes.map((shape) => readFixture('reverse-shell', shape));
const alone = documents.flatMap((document) => parseFindings(document));
const results = { listFindingsResults: documents.flatMap((each) => each['listFindingsResults'] ?? each) };

test.each<[string, string, readonly ParsedFinding[]]>([
  ['as an array', JSON.stringify(documents), alone],
  ['as JSON lines', documents.map((each) => JSON.stringify(each)).join('\n'), alone],
  [
    'as JSON lines with blank ones, CRLF, a mark in front and a break at the end',
    `\ufeff\r\n${documents.map((each) => JSON.stringify(each)).join('\r\n\r\n')}\r\n`,
    alone,
  ],
  ['as a list answer', JSON.stringify(results), alone],
  ['as an array of push messages', JSON.stringify(documents.map(pushed)), alone],
  ['as lines of push messages', documents.map((each) => JSON.stringify(pushed(each))).join('\n'), alone],
  ['as an array in one push message', JSON.stringify(pushed(documents)), alone],
  ['as a list answer in one push message', JSON.stringify(pushed(results)), alone],
  ['as arrays in an array', JSON.stringify([documents, [documents]]), [...alone, ...alone]],
])('all seven shapes side by side %s are the findings that each is alone', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('JSON lines may stand inside a push message', () => {
  const lines = documents.map((each) => JSON.stringify(each)).join('\n');
  const message = { message: { data: Buffer.from(lines).toString('base64') } };
  expect(parseFindings(message)).toEqual(alone);
});

test.each(['base64', 'base64url'] as const)('the data of a push message may be written as %s', (encoding) => {
  const [document] = documents;
  for (const space of ['', ' ', '  ', '   ']) {
    // Other lengths, other padding; and bytes whose letters differ between the two alphabets.
    const text = `${JSON.stringify({ ...document, unknown: 'ÿþ?>~' })}${space}`;
    const data = Buffer.from(text).toString(encoding);
    expect(parseFindings({ message: { data } })[0]!.finding).toEqual(alone[0]!.finding);
  }
});

test.each(shapes)('as %s new fields and enum values are kept', (shape) => {
  const text = JSON.stringify(readFixture('reverse-shell', shape))
    .replaceAll('"CRITICAL"', '"CATASTROPHIC"')
    .replaceAll('"INGRESS_TOOL_TRANSFER"', '"QUANTUM_TUNNELLING"')
    .replaceAll('"ACTIVE"', '"HIBERNATING"')
    .replaceAll('"category":', '"neverSeen":{"deep":[1,{"x":null}]},"category":');
  const { finding, document } = read(text)[0]!;
  expect(finding).toMatchObject({
    severity: 'CATASTROPHIC',
    state: 'HIBERNATING',
    attack: { additionalTechniques: ['QUANTUM_TUNNELLING'] },
  });
  const inside = ['finding', 'findings'].map((key) => document[key]).find(isJsonObject) ?? document;
  expect(inside).toMatchObject({ neverSeen: { deep: [1, { x: null }] } });
});

test.each(shapes)('as %s zero values say nothing: user id, times, process ids, ports', (shape) => {
  const text = JSON.stringify(readFixture('reverse-shell', shape)).replaceAll('"userId":"0",', '');
  const { finding, fingerprint } = read(text)[0]!;
  for (const zeroes of ['"userId":"0",', '"userId":0,', '"userId":null,']) {
    const other = read(text.replaceAll('"args":', `${zeroes}"args":`))[0]!;
    expect(other.finding).toEqual(finding);
    expect(other.fingerprint).toBe(fingerprint);
  }
  const never = shape === 'grpc' ? '{"seconds":"0","nanos":0}' : '"1970-01-01T00:00:00Z"';
  const unknown = text.replace(/"createTime":(?:"2026[^"]*"|\{[^}]*\})/, `"createTime":${never}`);
  expect(unknown).not.toBe(text);
  expect(read(unknown)[0]!.finding).not.toHaveProperty('createTime');
});
