import { expect, test } from 'vitest';
import { type Kill, killAtStep, startSlowSystem, undisturbed } from './support/kill-at-step.ts';
import { sideBySide } from './support/side-by-side.ts';

/** Of the many in kill-each-step.long.test.ts. */
const sample: readonly Kill[] = [
  { process: 'respond', step: 'call UpdateService 2' },
  { process: 'cases', step: 'update accepted 1' },
  { process: 'temporal', step: 'activity applyAction 2' },
];

test('a worker, or Temporal, killed in the middle of a case: it ends as without it, and each change was made once', async () => {
  const { system, analyst } = await startSlowSystem();
  try {
    const { steps, calls, outcome } = await undisturbed(system, analyst);
    expect(outcome).toMatchObject({
      state: 'contained',
      receipts: ['changed', 'changed'],
      workflowTaskFailures: [],
      replay: [],
    });
    expect([...steps, ...calls]).toEqual(expect.arrayContaining(sample.map(({ step }) => step)));
    const outcomes = await sideBySide(sample, sample.length, (kill) => killAtStep(system, analyst, kill));
    for (const got of outcomes) expect(got).toEqual(outcome);
  } finally {
    await system.close();
  }
}, 120_000);
