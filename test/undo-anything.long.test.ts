import * as fc from 'fast-check';
import { test } from 'vitest';
import { journey, startTraveller } from './support/there-and-back.ts';

// A bench of its own for each: the governor counts the changes of an hour, and many of them take long to count.
test.each([1, 2, 3, 4])(
  'promise 6: whatever plans change, undo gives back the original, in many draws (%i)',
  async () => {
    const traveller = await startTraveller();
    try {
      await fc.assert(
        fc.asyncProperty(journey, (one) => traveller.thereAndBack(one)),
        { numRuns: 60, endOnFailure: true },
      );
    } finally {
      await traveller.close();
    }
  },
);
