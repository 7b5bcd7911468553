import { expect, test } from 'vitest';
import { hostile, workPerCharacter } from './fixtures/hostile-documents.ts';

// What a regular expression does inside is not counted: had one to try again and again, a size would not come to its end.
test.each(hostile)('%s: the work grows no faster than the size, to the 10 MB that Pub/Sub carries', (_, grow) => {
  const [one = 0, five = 0, ten = 0] = workPerCharacter(grow, [1, 5, 9.8]);
  expect(five).toBeLessThan(one * 1.1 + 0.1);
  expect(ten).toBeLessThan(one * 1.1 + 0.1);
});
