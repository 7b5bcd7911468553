import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterFolder } from '../intake/dead-letters.ts';
import { startSystem, type System } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
  system.startIntake();
});
afterAll(() => system.close());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Heap in use after a forced collection, MiB. */
function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function handled(count: number): Promise<void> {
  const folder = deadLetterFolder(system.paths.deadLetters);
  for (let round = 0; round < 1_200; round += 1) {
    if ((await folder.list()).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`intake did not handle ${count} messages`);
}

test('promise 2: intake keeps nothing of 10,000 hostile messages in memory', async () => {
  const publish = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1)
      system.sandbox.control.publishRaw(`{"finding":{"name":"${'x'.repeat(index % 2_000)}\u001b[31m${index}"}}`);
  };
  publish(0, 2_000);
  await handled(2_000);
  system.sandbox.control.clearCalls();
  const before = heap();
  publish(2_000, 10_000);
  await handled(10_000);
  system.sandbox.control.clearCalls();
  // The sandbox runs in this process too; what it keeps of acknowledged messages is nothing either.
  expect(heap() - before).toBeLessThan(24);
}, 900_000);
