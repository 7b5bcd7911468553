import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignedDecision } from '../../model/decision.ts';
import type { Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import { readReceipt, type RespondWorld, respondWorld } from '../../test/support/respond-world.ts';

let world: RespondWorld;
let scenario: Scenario;
let plan: Plan;
beforeAll(async () => {
  world = await respondWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  scenario = world.newScenario();
  plan = await world.planFor(scenario);
});

describe('a write is effective once, though answers get lost', () => {
  /** Lets the validation pass, and loses the answer to the change itself. */
  async function loseTheAnswer(decisions: readonly SignedDecision[]): Promise<void> {
    world.sandbox.control.fault({
      method: 'UpdateService',
      role: 'respond',
      mode: 'apply-then-lose',
      code: 'UNAVAILABLE',
      count: 2,
    });
    // The validation's answer is lost first: nothing is written, and the attempt is repeated by Temporal.
    await expect(world.attempt({ plan, decisions })).rejects.toThrow(/UNAVAILABLE/);
    world.sandbox.control.clearFaults();
  }

  test('an answer lost before anything was written is simply asked for again', async () => {
    const decisions = [await world.approval(plan, 'ana')];
    await loseTheAnswer(decisions);
    expect(world.writes()).toEqual([]);
    expect(await world.apply({ plan, decisions, attempt: 2 })).toMatchObject({ result: 'changed' });
    expect(world.effective()).toHaveLength(1);
  });

  test('an answer lost after the change is found again by the retry, with the state before', async () => {
    const decisions = [await world.approval(plan, 'ana')];
    // The change is applied, but its operation is never heard of again.
    world.sandbox.control.fault({ method: 'GetOperation', role: 'respond', code: 'UNAVAILABLE', count: 50 });
    await expect(world.attempt({ plan, decisions })).rejects.toThrow(/UNAVAILABLE/);
    world.sandbox.control.clearFaults();
    let receipt: Receipt | undefined;
    while (receipt === undefined) receipt = await world.apply({ plan, decisions, attempt: 2 }).catch(stillWorking);
    expect(receipt).toMatchObject({ result: 'changed', before: plan.actions[0]!.precondition });
    expect(receipt.detail).toMatch(/lost/);
    expect(world.effective()).toHaveLength(1);
  });

  test('two attempts at once are one change and one receipt', async () => {
    const decisions = [await world.approval(plan, 'ana')];
    const outcomes = await Promise.allSettled([world.attempt({ plan, decisions }), world.attempt({ plan, decisions })]);
    let receipt: Receipt | undefined;
    while (receipt === undefined) receipt = await world.apply({ plan, decisions, attempt: 2 }).catch(stillWorking);
    for (const outcome of outcomes)
      if (outcome.status === 'fulfilled') expect(readReceipt(outcome.value)).toEqual(receipt);
    expect(world.effective()).toHaveLength(1);
  });

  function stillWorking(error: unknown): undefined {
    if (!/still works|ABORTED/.test(String(error))) throw error;
    return undefined;
  }

  test('an operation that Cloud Run ends in an error is a failed receipt, and the service is as before', async () => {
    const response = await fetch(`http://127.0.0.1:${world.sandbox.basePort}/cloud-run/operation-fault`, {
      method: 'POST',
      body: JSON.stringify({
        service: scenario.service,
        code: 'FAILED_PRECONDITION',
        message: 'revision is not ready',
        count: 1,
      }),
    });
    expect(response.status).toBeLessThan(300);
    const receipt = await world.apply({ plan, decisions: [await world.approval(plan, 'ana')] });
    expect(receipt).toMatchObject({ result: 'failed', after: { traffic: plan.actions[0]!.precondition.traffic } });
    expect(receipt.detail).toContain('revision is not ready');
  });

  test('a call that is not allowed is a failed receipt', async () => {
    world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', code: 'PERMISSION_DENIED' });
    expect(await world.apply({ plan, decisions: [await world.approval(plan, 'ana')] })).toMatchObject({
      result: 'failed',
    });
  });
});
