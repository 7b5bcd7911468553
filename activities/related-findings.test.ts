import { expect, test } from 'vitest';
import { candidateReader } from './related-findings.ts';

const result = (change: object = {}) => ({
  finding: {
    name: 'organizations/1/sources/2/locations/global/findings/abc',
    category: 'Reverse Shell',
    state: 'ACTIVE' as const,
    mute: 'UNMUTED' as const,
    severity: 'HIGH' as const,
    eventTime: { seconds: 1_790_000_000, nanos: 0 },
    ...change,
  },
});

test('a finding that many cases find near them is read once, and again when it has changed', () => {
  const read = candidateReader();
  const [first] = read([result()]);
  expect(first).toMatchObject({ category: 'Reverse Shell', state: 'ACTIVE' });
  expect(read([result(), result()])).toEqual([first, first]);
  expect(read([result()])[0]).toBe(first);
  expect(read([result({ state: 'INACTIVE' })])[0]?.state).toBe('INACTIVE');
  expect(read([result({ mute: 'MUTED' })])[0]?.mute).toBe('MUTED');
  const later = { seconds: 1_790_000_001, nanos: 0 };
  expect(read([result({ eventTime: later, severity: 'CRITICAL' })])[0]?.severity).toBe('CRITICAL');
  expect(read([result()])[0]).toBe(first);
});

test('what cannot be read is an error each time, and hides nothing that was read before', () => {
  const read = candidateReader();
  expect(() => read([result({ category: '' })])).toThrow(/category/);
  expect(() => read([result({ category: '' })])).toThrow(/category/);
  expect(read([result({ state: 'INACTIVE' })])).toHaveLength(1);
});
