import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { switchNames } from '../sandbox/kernel/reality.ts';
import { journey, startTraveller } from './support/there-and-back.ts';
import { has, metByContainment, nameOf, pairsOf, pairwiseWorlds } from './support/worlds.ts';

const worlds = pairwiseWorlds();

test('in the selection of worlds every way of a switch meets every way of another', () => {
  const missing = pairsOf(metByContainment).filter((pair) => !worlds.some((world) => has(world, pair)));
  expect(missing).toEqual([]);
  expect(worlds.length).toBeLessThanOrEqual(12);
  expect(switchNames().filter((name) => !metByContainment.includes(name))).toEqual(['dead-letters']);
});

// All of them with every option of containment: worlds.long.test.ts.
test.each(worlds.map((world) => [nameOf(world), world] as const))(
  'a few plans, there and back, where %s',
  async (_name, world) => {
    const traveller = await startTraveller(world);
    try {
      await fc.assert(
        fc.asyncProperty(journey, (one) => traveller.thereAndBack(one)),
        { numRuns: 3, endOnFailure: true },
      );
    } finally {
      await traveller.close();
    }
  },
);
