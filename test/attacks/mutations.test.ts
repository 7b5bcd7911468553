import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMutationBench } from './support/mutation-bench.ts';

let bench: Awaited<ReturnType<typeof startMutationBench>>;
beforeAll(async () => {
  bench = await startMutationBench();
});
afterAll(() => bench.close());

test.each(['case', 'way back'] as const)(
  'promise 3: nothing but the exact signed request of a %s changes anything',
  async (kind) => {
    await bench.mutate(kind, 150);
    expect(await bench.genuine(kind)).toHaveLength(1);
  },
);
