import * as fc from 'fast-check';
import { test } from 'vitest';
import { journey, startTraveller } from './support/there-and-back.ts';

test('promise 6: whatever plans change of whatever resource, undo gives back the original, in hundreds of draws', async () => {
  const traveller = await startTraveller();
  try {
    await fc.assert(
      fc.asyncProperty(journey, (one) => traveller.thereAndBack(one)),
      { numRuns: 400, endOnFailure: true },
    );
  } finally {
    await traveller.close();
  }
});
