import { expect, test } from 'vitest';
import { findingOn, proposalFor, recommended, words } from './fixtures/world.ts';
import { generic } from './generic.ts';

test('a threat that nobody has named is taken to be at work in the instances, whatever it is', () => {
  const fields = {
    category: 'Something New',
    processes: [{ binary: { path: '/x' }, args: ['y'] }],
    indicator: { ipAddresses: ['203.0.113.5'], domains: ['evil.example'] },
  };
  expect(recommended(proposalFor(fields))).toBe('evict');
  expect(recommended(proposalFor(fields, { kind: 'job' }))).toBe('stop-job');
  expect(words(proposalFor(fields))).toContain('Process: /x y');
  expect(words(proposalFor(fields))).toContain('Read Google’s page for this finding');
  expect(generic.lookUp(findingOn('service', fields)).map(({ value }) => value)).toEqual([
    '203.0.113.5',
    'evil.example',
  ]);
});
