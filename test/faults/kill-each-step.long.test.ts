import { afterAll, beforeAll, expect, test } from 'vitest';
import { killAtStep, killsOf, startSlowSystem, undisturbed } from './support/kill-at-step.ts';
import { processNames } from './support/process-system.ts';
import { sideBySide } from './support/side-by-side.ts';

let running: Awaited<ReturnType<typeof startSlowSystem>>;
let without: Awaited<ReturnType<typeof undisturbed>>;
beforeAll(async () => {
  running = await startSlowSystem();
  without = await undisturbed(running.system, running.analyst);
});
afterAll(() => running.system.close());

test.each(processNames)(
  '%s killed at every step of a case: it ends as without it, each change was made once, the evidence is whole',
  async (process) => {
    const { system, analyst } = running;
    const { steps, calls, outcome } = without;
    expect(outcome).toMatchObject({
      state: 'contained',
      receipts: ['changed', 'changed'],
      workflowTaskFailures: [],
      replay: [],
    });
    const kills = killsOf(process, steps, calls);
    const outcomes = await sideBySide(kills, 5, async (kill) => {
      try {
        return { kill, got: await killAtStep(system, analyst, kill) };
      } catch (error) {
        throw new Error(`${process} killed at ${kill.step}`, { cause: error });
      }
    });
    for (const { kill, got } of outcomes) expect(got, `${kill.process} killed at ${kill.step}`).toEqual(outcome);
  },
  1_200_000,
);
