import { expect, test } from 'vitest';
import { hostile, workPerCharacter } from './fixtures/hostile-documents.ts';
import { workOf } from './fixtures/work-of.ts';

test.each(hostile)('%s: four times the size makes four times the work, from message to detector', (_, grow) => {
  const [small = 0, large = 0] = workPerCharacter(grow, [1 / 16, 1 / 4]);
  // A tenth for what rounds. Work that grew with the square would be four times as much for each character.
  expect(large).toBeLessThan(small * 1.1 + 0.1);
});

test('what is counted as work would show work that grows with the square', () => {
  const square = (length: number) => {
    const text = 'a'.repeat(length);
    return workOf(() => {
      for (let index = 0; index < length; index += 1) text.slice(index);
    });
  };
  expect(square(2_000) / square(200)).toBeGreaterThan(50);
});
