import { type Arbitrary, assert, constant, constantFrom, integer, oneof, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { caseIdOf, isCaseId, isFindingCaseId, mayBeNamed, ownPart, undoIdOf, undoneBy } from './case-id.ts';
import { FindingParseError } from './finding-error.ts';
import { type FindingName, findingNameOf, parseFindingName } from './finding-name.ts';
import { minimal } from './fixtures/read-fixture.ts';
import { parseFindings } from './parse-finding.ts';

const letters = (unit: string, maxLength: number) =>
  string({ unit: constantFrom(...unit.split('')), minLength: 1, maxLength });
const names: Arbitrary<FindingName> = record({
  kind: constantFrom('organizations', 'folders', 'projects'),
  owner: integer({ min: 1, max: 1_000 }).map(String),
  byNumber: constant(true),
  source: letters('12_ab', 4),
  location: oneof(
    constant('global'),
    letters('1a', 2),
    letters('1a', 2).map((text) => `a-${text}`),
  ),
  finding: letters('1-_ap', 6),
});

test('an id is read in one way only: no two findings have the same, and a name’s text is read back', () => {
  const known = new Map<string, string>();
  assert(
    property(names, integer({ min: 1, max: 12 }), (name, number) => {
      const id = caseIdOf(name);
      expect(isFindingCaseId(id)).toBe(true);
      expect(parseFindingName(findingNameOf(name))).toEqual(name);
      expect(known.get(id) ?? findingNameOf(name)).toBe(findingNameOf(name));
      known.set(id, findingNameOf(name));
      expect(mayBeNamed(id, name)).toBe(true);
      expect(ownPart(id)).toBe(name.finding);
      expect(undoneBy(undoIdOf(id, number))).toEqual({ case: id, number });
      expect(isFindingCaseId(undoIdOf(id, number))).toBe(false);
      expect(isCaseId(undoIdOf(id, number))).toBe(true);
    }),
    { numRuns: 2_000, endOnFailure: true },
  );
});

test('the longest id fits the name of a file, a way back and a watch', () => {
  const name = parseFindingName(
    `projects/${'9'.repeat(19)}/sources/${'s'.repeat(32)}/locations/${'l'.repeat(32)}/findings/${'f'.repeat(128)}`,
  );
  expect(caseIdOf(name!).length).toBeLessThanOrEqual(223);
});

test('an id from before the project was part of it is still one', () => {
  expect(isFindingCaseId('finding-5629490870118834002-5f0d1c6a')).toBe(true);
  expect(ownPart('finding-5629490870118834002-5f0d1c6a')).toBe('5f0d1c6a');
});

const name = 'organizations/1/sources/2/findings/f';
const project = '//cloudresourcemanager.googleapis.com/projects/3';
const read = (fields: object, resource: object = {}) =>
  parseFindings({ finding: { ...minimal(), ...fields }, resource })[0]!;

test.each([
  ['by canonical name', { name, canonicalName: 'projects/3/sources/2/locations/global/findings/f' }, {}],
  ['by canonical name without a location', { name, canonicalName: 'projects/3/sources/2/findings/f' }, {}],
  ['by the project of the resource (v2)', { name }, { gcpMetadata: { project } }],
  ['by the project of the resource (v1)', { name }, { project }],
  ['by the project of the resource (console)', { name }, { project_name: project }],
  ['by project', { name: 'projects/3/sources/2/findings/f' }, {}],
  ['by project id, the number from the resource', { name: 'projects/p-q/sources/2/findings/f' }, { project }],
  ['by folder', { name: 'folders/8/sources/2/findings/f' }, { project }],
])('organization and project names of one finding are one case: %s', (_, fields, resource) => {
  const { finding } = read(fields, resource);
  expect(finding.caseId).toBe('finding-p3-2-f');
  expect(finding.canonicalName).toBe('projects/3/sources/2/locations/global/findings/f');
});

test('two organizations with the same last two segments are two cases', () => {
  expect(read({ name }).finding.caseId).toBe('finding-o1-2-f');
  expect(read({ name: name.replace('/1/', '/9/') }).finding.caseId).toBe('finding-o9-2-f');
});

test.each([
  ['another source', { canonicalName: 'projects/3/sources/7/findings/f' }],
  ['another location', { canonicalName: 'projects/3/sources/2/locations/eu/findings/f' }],
  ['another finding', { canonicalName: 'projects/3/sources/2/findings/g' }],
  ['another organization', { canonicalName: 'organizations/9/sources/2/findings/f' }],
  ['a project id', { canonicalName: 'projects/p-q/sources/2/findings/f' }],
  ['no name', { canonicalName: 'projects/3/sources/2/findings/f" OR name="x' }],
  ['no text', { canonicalName: ['projects/3/sources/2/findings/f'] }],
  ['none, in a project of unknown number', { name: 'projects/p-q/sources/2/findings/f' }],
])('a canonical name that does not fit is refused: %s', (_, fields) => {
  expect(() => read({ name, ...fields })).toThrow(FindingParseError);
});

test('whose a finding says that it is: by both names and what is above its resource', () => {
  const folders = [{ resourceFolder: '//cloudresourcemanager.googleapis.com/folders/8' }];
  const canonicalName = 'projects/3/sources/2/findings/f';
  expect(read({ name, canonicalName }, { gcpMetadata: { organization: 'organizations/7', folders } }).owners).toEqual([
    'organizations/1',
    'projects/3',
    'organizations/7',
    'folders/8',
  ]);
});
