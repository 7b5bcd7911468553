import { expect, test } from 'vitest';
import type { SignsOfLife } from '../../model/signs-of-life.ts';
import { lifeText, quietText } from './signs-of-life.ts';

const at = '2026-11-23T10:05:00.000Z';
const lastAt = '2026-11-23T10:04:58.000Z';
const counted = (instances: number) => ({ status: 'answered', value: { instances, at } }) as const;
const seen = (quiet: boolean, more: Partial<SignsOfLife> = {}): SignsOfLife => ({
  quiet,
  evidence: { kind: 'logs', sha256: '0'.repeat(64), bytes: 0, mediaType: 'application/x-ndjson' },
  ...more,
});

test.each([
  ['without counts, by logs alone', {}, 'x-1 is quiet'],
  ['with a count', { instances: counted(0) }, `x-1 is quiet, and has no instances (counted at ${at})`],
  [
    'a count that is not known is said, with why',
    { instances: { status: 'failed', reason: 'PERMISSION_DENIED' } },
    'x-1 is quiet; instance counts: not known (PERMISSION_DENIED)',
  ],
] as const)('quiet: %s', (_, more, text) => {
  expect(quietText('x-1', seen(true, more))).toBe(text);
});

test.each([
  ['a line', { lastAt }, `x-1 wrote at ${lastAt}`],
  ['a line, although no instance was counted', { lastAt, instances: counted(0) }, `x-1 wrote at ${lastAt}`],
  ['an instance', { instances: counted(1) }, `1 instance of x-1 still runs (counted at ${at})`],
  [
    'both',
    { lastAt, instances: counted(3) },
    `3 instances of x-1 still run (counted at ${at}); x-1 wrote at ${lastAt}`,
  ],
] as const)('not quiet: %s', (_, more, text) => {
  expect(lifeText('x-1', seen(false, more))).toBe(text);
});
