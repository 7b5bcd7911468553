import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenBucket } from './token-bucket.ts';

test('for callers that come back when told, no minute ever has more calls than the quota, and everybody is served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 40 }),
      async (perMinute, arrivals) => {
        let time = 0;
        const bucket = tokenBucket('test', perMinute, () => time);
        const calls: number[] = [];
        const agenda = arrivals.map((at, index) => ({ at, who: `w${index}` }));
        for (let round = 0; agenda.length > 0 && round < 100_000; round += 1) {
          agenda.sort((left, right) => left.at - right.at);
          const next = agenda.shift()!;
          time = Math.max(time, next.at);
          try {
            await bucket.take('key', next.who, 0);
            calls.push(time);
          } catch (error) {
            agenda.push({ at: time + (error as { nextRetryDelay: number }).nextRetryDelay, who: next.who });
          }
        }
        expect(calls).toHaveLength(arrivals.length);
        for (let index = perMinute; index < calls.length; index += 1)
          expect(calls[index]! - calls[index - perMinute]!).toBeGreaterThan(60_000);
      },
    ),
    { numRuns: 100 },
  );
});

test('who does not come back keeps no token from the others', async () => {
  let time = 0;
  const bucket = tokenBucket('test', 1, () => time);
  await bucket.take('key', 'a', 0);
  await expect(bucket.take('key', 'gone', 0)).rejects.toThrow(/its turn comes in 62 s/);
  await expect(bucket.take('key', 'b', 0)).rejects.toThrow(/its turn comes in 124 s/);
  time = 62_000;
  await bucket.take('key', 'b', 0);
});

test('who will not come back keeps no place in the queue', async () => {
  const bucket = tokenBucket('test', 1, () => 0);
  await bucket.take('key', 'a', 0);
  await expect(bucket.take('key', undefined, 0)).rejects.toThrow(/its turn comes in 62 s/);
  await expect(bucket.take('key', 'b', 0)).rejects.toThrow(/its turn comes in 62 s/);
});

test('keys are counted apart', async () => {
  const bucket = tokenBucket('test', 1, () => 0);
  await bucket.take('one', 'a', 0);
  await bucket.take('two', 'a', 0);
  await expect(bucket.take('one', 'b', 0)).rejects.toThrow(/quota/);
});
