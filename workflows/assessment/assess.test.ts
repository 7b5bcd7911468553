import { describe, expect, test } from 'vitest';
import { bad, good, nearby, proposalFor, recommended, revisionOf } from '../playbooks/fixtures/world.ts';

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
  const mounts = [{ volume: 'data', from: 'bucket' as const, source: 'uploads', readOnly: false }];
  const flags = [
    { id: 'movable-image' as const, names: ['x:latest'], more: 2 },
    { id: 'data-mounted' as const, mounts, more: 0 },
  ];
  const { known } = proposalFor({ category: 'Impact: Remove Bulk Data From Disk' }, { settings: { flags } }).assessment;
  expect(known.filter(({ text }) => text === 'Data is mounted into the container').map(({ reason }) => reason)).toEqual(
    ['data (bucket uploads); it matters here: it outlives the instance, and so does its loss'],
  );
  expect(known).toContainEqual({ text: 'An image by a tag that can move', reason: 'x:latest and 2 more' });
});

test('a setting that was read before settings had ids is said as it was written', () => {
  const { known } = proposalFor(mining, { settings: { flags: [{ flag: 'It is old', detail: 'very' }] } }).assessment;
  expect(known).toContainEqual({ text: 'It is old', reason: 'very' });
});

test('the strongest is said first: what is malicious, what the finding shows, other signs, and settings after them', () => {
  const world = { verdict: 'malicious', related: [nearby('Execution: Container Escape')] } as const;
  const { known } = proposalFor(addressed, world).assessment;
  expect(known[0]?.text).toBe('203.0.113.5 (a reported connection) is malicious');
  const places = [/^Execution: Container Escape at/, /^SCC has this finding/].map((text) =>
    known.findIndex((one) => text.test(one.text)),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('findings nearby that were not looked at are not known, with the reason', () => {
  const { unknown } = proposalFor(mining, { unread: '1 of them cannot be read: category: nothing' }).assessment;
  expect(unknown).toContainEqual({
    text: 'All other findings nearby',
    reason: '1 of them cannot be read: category: nothing',
  });
  expect(proposalFor(mining, {}).assessment.unknown.map(({ text }) => text)).not.toContain('All other findings nearby');
});

test('what was not answered is not known, with the reason', () => {
  const { unknown } = proposalFor(mining, { settings: null, related: null, carried: null }).assessment;
  expect(unknown).toEqual([
    { text: 'The settings of the container', reason: 'permission denied' },
    { text: 'Other findings nearby', reason: 'permission denied' },
    { text: 'What the container’s logs say', reason: 'permission denied' },
    {
      text: 'Any reputation',
      reason: 'the finding names no whole-file hash, no public address and no public host',
    },
    { text: 'Which revision is compromised', reason: 'the settings could not be read' },
  ]);
});

test('a service that was deleted is called so, and not unreadable: nothing is offered, and nothing of it is left to contain', () => {
  const { assessment, plans, recommendation } = proposalFor(mining, { settings: 'gone' });
  expect(assessment.known).toContainEqual({
    text: 'The service storefront has been deleted',
    reason: 'Cloud Run has none of that name any more',
  });
  expect(plans).toEqual([]);
  expect(recommendation).toEqual({
    choice: 'hand-over',
    reason: expect.stringMatching(/^the service storefront has been deleted: there is nothing left to contain/),
  });
  expect(JSON.stringify(assessment)).not.toContain('could not be read');
});

test('while it is not known whether an older revision ever carried traffic there is none to go back to, and the service is stopped', () => {
  const shell = { category: 'Reverse Shell' };
  expect(recommended(proposalFor(shell))).toBe('evict');
  for (const carried of [{ status: 'pending', reason: 'the quota is used up' } as const, null]) {
    const proposal = proposalFor(shell, { carried });
    expect(recommended(proposal)).toBe('scale-to-zero');
    expect(proposal.assessment.knownGood).toBeUndefined();
    expect(proposal.assessment.unknown).toContainEqual({
      text: 'A revision to go back to',
      reason: 'the only older revision that may be good is not proved',
    });
    expect(proposal.assessment.unknown).toContainEqual({
      text: `${good.name} may be good, but it is not proved`,
      reason: `whether it ever carried traffic is not known: ${carried?.reason ?? 'permission denied'}`,
    });
  }
});

test('only the newest revisions that are not proved are named, and the others are counted', () => {
  const older = Array.from({ length: 5 }, (_, at) => revisionOf(`storefront-0000${at}`));
  const shell = { category: 'Reverse Shell' };
  const carried = { status: 'answered', value: [] } as const;
  const { unknown } = proposalFor(shell, { settings: { revisions: [bad, ...older] }, carried }).assessment;
  const texts = unknown.map(({ text }) => text);
  expect(texts.filter((text) => text.endsWith('may be good, but it is not proved'))).toHaveLength(3);
  expect(texts).toContain('2 more revisions may be good, but are not proved');
});

test('an address that VirusTotal does not know is not known, and not clean', () => {
  const { known, unknown } = proposalFor(addressed, { verdict: 'unknown' }).assessment;
  expect(known.map(({ text }) => text).join()).not.toContain('203.0.113.5');
  expect(unknown.map(({ text }) => text)).toContain('The reputation of 203.0.113.5 (a reported connection)');
});
