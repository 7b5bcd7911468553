import { expect, test } from 'vitest';
import { exampleContext } from './example-context.ts';
import { scaleToZero } from './scale-to-zero.ts';

test('a service with tags loses them all, so that no revision that only a tag reaches keeps instances', () => {
  const traffic = [
    { type: 'latest' as const, percent: 40, tag: 'live' },
    { type: 'latest' as const, percent: 50 },
    { type: 'revision' as const, revision: 'web-00007', percent: 10 },
    { type: 'revision' as const, revision: 'web-00006', percent: 0, tag: 'canary' },
  ];
  expect(scaleToZero.build(exampleContext('service', { traffic }))?.actions).toMatchObject([
    {
      change: {
        traffic: [
          { type: 'latest', percent: 90 },
          { type: 'revision', revision: 'web-00007', percent: 10 },
        ],
        scaling: { mode: 'manual', manual: 0 },
      },
      inverse: { traffic },
    },
  ]);
});

test('it needs neither a known compromised nor a known-good revision', () => {
  expect(scaleToZero.build({ ...exampleContext('service'), bad: null, good: null })).not.toBeNull();
});
