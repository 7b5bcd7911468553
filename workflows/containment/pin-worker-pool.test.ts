import { expect, test } from 'vitest';
import { exampleContext } from './example-context.ts';
import { pinWorkerPool } from './pin-worker-pool.ts';

test('all instances are of the known-good revision, and the split found is what is given back', () => {
  expect(pinWorkerPool.build(exampleContext('workerPool'))?.actions).toMatchObject([
    {
      kind: 'update-worker-pool',
      change: { splits: [{ type: 'revision', revision: 'mailer-00007', percent: 100 }] },
      inverse: { splits: [{ type: 'latest', percent: 100 }] },
    },
  ]);
});

test('without a known-good revision it is not offered', () => {
  expect(pinWorkerPool.build({ ...exampleContext('workerPool'), good: null })).toBeNull();
});
