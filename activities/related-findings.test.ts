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
  const [first] = read([result()]).findings;
  expect(first).toMatchObject({ category: 'Reverse Shell', state: 'ACTIVE' });
  expect(read([result(), result()])).toEqual({ findings: [first, first], unreadable: [] });
  expect(read([result()]).findings[0]).toBe(first);
  expect(read([result({ state: 'INACTIVE' })]).findings[0]?.state).toBe('INACTIVE');
  expect(read([result({ mute: 'MUTED' })]).findings[0]?.mute).toBe('MUTED');
  const later = { seconds: 1_790_000_001, nanos: 0 };
  expect(read([result({ eventTime: later, severity: 'CRITICAL' })]).findings[0]?.severity).toBe('CRITICAL');
  expect(read([result()]).findings[0]).toBe(first);
});

test('what cannot be read is named each time, and takes nothing from the others', () => {
  const read = candidateReader();
  const odd = result({ name: 'organizations/1/sources/2/locations/global/findings/odd', category: '' });
  for (let round = 0; round < 2; round += 1) {
    expect(read([odd, result()])).toMatchObject({
      findings: [{ category: 'Reverse Shell' }],
      unreadable: [expect.stringMatching(/category/)],
    });
  }
});
