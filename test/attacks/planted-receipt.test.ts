import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { receiptKeyOf } from '../../activities/containment/memory.ts';
import { digestOf } from '../../model/digest.ts';
import type { Plan } from '../../model/plan.ts';
import type { Scenario } from '../support/scenario.ts';
import { newSigningKey, signJson } from '../../runtime/signatures.ts';
import { readReceipt, type RespondWorld, respondWorld } from '../support/respond-world.ts';

let world: RespondWorld;
let scenario: Scenario;
beforeAll(async () => {
  world = await respondWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  scenario = world.newScenario();
});

/** Somebody who can write into the ledger's folder plants what looks like the receipt of a plan's action; answers its file. */
async function plantReceipt(plan: Plan): Promise<string> {
  const key = receiptKeyOf(digestOf(plan), 'a1');
  await world.ledger.createIfAbsent(key, await signJson({}, 'firebreak.receipt.v1', await newSigningKey('respond')));
  return join(world.ledgerFolder, `${key}.json`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('a receipt that is planted while the change is made hides none: the action ends with its own, when that is removed', async () => {
  const plan = await world.planFor(scenario);
  const decisions = [await world.approval(plan, 'ana')];
  world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 1 });
  world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 500 });
  const attempt = world.attempt({ plan, decisions });
  attempt.catch(() => {});
  await until(() => world.sandbox.control.calls({ method: 'UpdateService' }).length > 0);
  const planted = await plantReceipt(plan);
  await expect(attempt).rejects.toThrow(/a receipt of .* does not hold/);
  await expect(world.attempt({ plan, decisions })).rejects.toThrow(/does not hold/);
  await rm(planted);
  expect(await world.apply({ plan, decisions, attempt: 2 })).toMatchObject({ result: 'changed' });
  expect(world.effective()).toHaveLength(1);
});

test('a receipt that is planted for the action under way lets no other action at its resource', async () => {
  const first = await world.planFor(scenario);
  const ingress = await world.actionOn(scenario, { ingress: 'INTERNAL_ONLY' });
  const second = await world.planFor(scenario, { case: `${first.case}9`, actions: [ingress] });
  // Its change is made, and its answer is lost with the worker.
  world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 1 });
  const lost = { mode: 'apply-then-lose', code: 'UNAVAILABLE' } as const;
  world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', ...lost });
  const decisions = [await world.approval(first, 'ana')];
  await expect(world.attempt({ plan: first, decisions })).rejects.toThrow(/UNAVAILABLE/);
  while ((await world.services.getService({ name: world.nameOf(scenario) }))[0].reconciling === true)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const planted = await plantReceipt(first);
  const other = world.attempt({ plan: second, decisions: [await world.approval(second, 'ana')] });
  await expect(other.then(readReceipt)).rejects.toThrow(/does not hold/);
  await rm(planted);
  expect(await world.apply({ plan: first, decisions, attempt: 2 })).toMatchObject({ result: 'changed' });
});
