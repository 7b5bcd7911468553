import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Plan } from '../../model/plan.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import { type RespondWorld, respondWorld } from '../../test/support/respond-world.ts';

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

/** What the owner does meanwhile. */
async function pinTo(revision: string): Promise<void> {
  const traffic = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION' as const, revision, percent: 100 }];
  const service = { name: world.nameOf(scenario), traffic };
  const [operation] = await world.services.updateService({ service, updateMask: { paths: ['traffic'] } });
  await operation.promise();
  world.sandbox.control.clearCalls();
}

describe('promise 4: exactly what was approved', () => {
  test('a resource that changed since the approval is refused with the difference', async () => {
    await pinTo(scenario.badRevision);
    const receipt = await world.apply({ plan, decisions: [await world.approval(plan, 'ana')] });
    expect(receipt.result).toBe('refused');
    expect(receipt.detail).toContain(scenario.badRevision);
    expect(world.writes()).toEqual([]);
  });

  test('a resource that is as wanted already needs no write', async () => {
    await pinTo(scenario.goodRevision);
    const decisions = [await world.approval(plan, 'ana')];
    expect(await world.apply({ plan, decisions })).toMatchObject({ result: 'already-so' });
    expect(world.writes()).toEqual([]);
  });
});
