import { expect, test } from 'vitest';
import { exampleContext } from './example-context.ts';
import { stopWorkerPool } from './stop-worker-pool.ts';

test('no instance of any revision lives on, and the count found is what is given back', () => {
  expect(stopWorkerPool.build({ ...exampleContext('workerPool'), bad: null, good: null })?.actions).toMatchObject([
    {
      precondition: { scaling: { mode: 'manual', manual: 3 } },
      change: { scaling: { mode: 'manual', manual: 0 } },
      inverse: { scaling: { mode: 'manual', manual: 3 } },
    },
  ]);
});
