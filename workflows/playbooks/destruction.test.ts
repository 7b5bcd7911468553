import { expect, test } from 'vitest';
import { proposalFor, recommended, words } from './fixtures/world.ts';

const bulk = 'Impact: Remove Bulk Data From Disk';
const mounted = (source: string) => ({ volume: 'data', from: 'bucket' as const, source, readOnly: false });
const mounts = { flags: [{ id: 'data-mounted' as const, mounts: ['orders', 'uploads'].map(mounted), more: 0 }] };

test('destructive commands are ended', () => {
  expect(recommended(proposalFor({ category: 'Impact: Detect Malicious Cmdlines', severity: 'LOW' }))).toBe('evict');
});

test('bulk deletion on the container’s own disk is handed to people, where data is mounted it is ended', () => {
  expect(recommended(proposalFor({ category: bulk, severity: 'LOW' }))).toBe('hand-over');
  const proposal = proposalFor({ category: bulk, severity: 'LOW' }, { settings: mounts });
  expect(recommended(proposal)).toBe('evict');
  expect(proposal.recommendation.reason).toContain(
    'data is mounted that can be lost (data (bucket orders), data (bucket uploads))',
  );
});

test('backups come first among what is left to people, and what is mounted is named', () => {
  expect(proposalFor({ category: bulk }, { settings: mounts }).assessment.todo[0]).toContain(
    'backups of what is mounted (data (bucket orders), data (bucket uploads))',
  );
  expect(words(proposalFor({ category: bulk }, { settings: null }))).toContain('Check the backups of every database');
});
