import { describe, expect, test } from 'vitest';
import { nearby, proposalFor } from '../playbooks/fixtures/world.ts';

const mining = { category: 'Impact: Cryptomining Commands' };
const addressed = { category: 'Reverse Shell', connections: [{ destinationIp: '203.0.113.5' }] };

describe('the verdict', () => {
  test.each([
    ['malicious', addressed, { verdict: 'malicious' }],
    ['suspicious', addressed, { verdict: 'suspicious' }],
    ['suspicious', mining, { related: [nearby('Reverse Shell')] }],
    ['unclear', addressed, { verdict: 'harmless' }],
    ['unclear', addressed, { verdict: 'unknown' }],
    ['unclear', mining, {}],
    ['unclear', mining, { settings: null, related: null }],
  ] as const)('is %s for %j where %j', (verdict, fields, world) => {
    expect(proposalFor(fields, world).assessment.verdict).toBe(verdict);
  });
});

test('a setting that matters for the family is said once, with why; the others are said as they are', () => {
  const flags = [
    { flag: 'An image by a tag that can move', detail: 'x:latest' },
    { flag: 'Data is mounted into the container', detail: 'uploads' },
  ];
  const { known } = proposalFor({ category: 'Impact: Remove Bulk Data From Disk' }, { settings: { flags } }).assessment;
  expect(known.filter(({ text }) => text === 'Data is mounted into the container').map(({ reason }) => reason)).toEqual(
    ['uploads; it matters here: it outlives the instance, and so does its loss'],
  );
  expect(known).toContainEqual({ text: 'An image by a tag that can move', reason: 'x:latest' });
});

test('what was not answered is not known, with the reason', () => {
  const { unknown } = proposalFor(mining, { settings: null, related: null }).assessment;
  expect(unknown).toEqual([
    { text: 'The settings of the container', reason: 'permission denied' },
    { text: 'Other findings nearby', reason: 'permission denied' },
    { text: 'What the container’s logs say', reason: 'not asked in this test' },
    {
      text: 'Any reputation',
      reason: 'the finding names no whole-file hash, no public address and no public host',
    },
    { text: 'Which revision is compromised', reason: 'the settings could not be read' },
  ]);
});

test('an address that VirusTotal does not know is not known, and not clean', () => {
  const { known, unknown } = proposalFor(addressed, { verdict: 'unknown' }).assessment;
  expect(known.map(({ text }) => text).join()).not.toContain('203.0.113.5');
  expect(unknown.map(({ text }) => text)).toContain('The reputation of 203.0.113.5 (a reported connection)');
});
