import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { notGivenBack } from './support/not-given-back.ts';
import { journey, startTraveller } from './support/there-and-back.ts';

test('promise 6: whatever plans change of whatever resource, undo gives back the original, but for what docs/undo.md lists', async () => {
  const traveller = await startTraveller();
  try {
    await fc.assert(
      fc.asyncProperty(journey, (one) => traveller.thereAndBack(one)),
      { numRuns: 10, endOnFailure: true },
    );
  } finally {
    await traveller.close();
  }
});

test('docs/undo.md lists what undo does not give back, and nothing else', async () => {
  const page = await readFile(new URL('../docs/undo.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  );
  expect(listed.toSorted()).toEqual([...notGivenBack].toSorted());
});
