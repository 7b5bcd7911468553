import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../model/digest.ts';
import type { Action, Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import { newSigningKey, signJson } from '../../runtime/signatures.ts';
import type { Scenario } from '../support/scenario.ts';
import { type RespondWorld, respondWorld } from '../support/respond-world.ts';
import { wayBack } from '../../workflows/containment/undo.ts';

/** With `npm run test:all` many more of them. */
const rounds = process.env['FIREBREAK_TEST_ALL'] === undefined ? 3 : 40;

let world: RespondWorld;
let scenario: Scenario;
beforeAll(async () => {
  world = await respondWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  scenario = world.newScenario();
});

/** Attempts until there is a receipt, as Temporal has them made. */
async function carriedOut(plan: Plan, action = 'a1'): Promise<Receipt> {
  const decisions = [await world.approval(plan, 'ana')];
  for (let attempt = 1; attempt < 200; attempt += 1) {
    try {
      return await world.apply({ plan, decisions, action, attempt });
    } catch (error) {
      if (!/ABORTED|UNAVAILABLE|changes .* now|still works|another attempt|changed meanwhile/.test(String(error)))
        throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('no receipt after 200 attempts');
}

const other = (plan: Plan): Promise<Plan> => world.planFor(scenario, { ...plan, case: `${plan.case}9` });

/** The way back of a case, made of its plan and receipts as respond and the terminal make it. */
function undoOf(plan: Plan, receipts: readonly Receipt[], number = 1): Plan {
  const { actions } = wayBack([plan], receipts);
  return { ...plan, kind: 'undo', case: `undo-${plan.case}-${number}`, actions };
}

const serving = async (): Promise<readonly string[]> =>
  ((await world.fields(scenario)).traffic ?? []).map(({ type, revision }) =>
    type === 'latest' ? scenario.badRevision : (revision ?? ''),
  );

describe.each(['ignored', 'enforced'] as const)('with etags of a masked update %s', (etag) => {
  beforeEach(() => world.sandbox.control.setReality({ etag, aborted: 'now-and-then' }));

  test('two cases that are approved at once with plans of one end make one change, and no way back brings the compromised revision back under the other', async () => {
    for (let round = 0; round < rounds; round += 1) {
      scenario = world.newScenario();
      const first = await world.planFor(scenario);
      const second = await other(first);
      const receipts = await Promise.all([carriedOut(first), carriedOut(second)]);
      expect(receipts.map(({ result }) => result).toSorted()).toEqual(['already-so', 'changed']);
      const [winner, loser] = receipts[0].result === 'changed' ? [0, 1] : [1, 0];
      const plans = [first, second];
      expect(receipts[loser]!.detail).toContain(plans[winner]!.case);
      expect(world.effective()).toHaveLength(1);

      const early = await carriedOut(undoOf(plans[winner]!, [receipts[winner]!]));
      expect(early).toMatchObject({ result: 'refused' });
      expect(early.detail).toContain(`firebreak undo ${plans[loser]!.case}`);
      expect(await carriedOut(undoOf(plans[loser]!, [receipts[loser]!]))).toMatchObject({ result: 'already-so' });
      expect(await serving()).toEqual([scenario.goodRevision]);

      // Nobody counts on it any more.
      expect(await carriedOut(undoOf(plans[winner]!, [receipts[winner]!], 2))).toMatchObject({ result: 'changed' });
      expect(await serving()).toContain(scenario.badRevision);
    }
  });

  test('a case that was refused with ABORTED has changed nothing, whoever made it so meanwhile', async () => {
    const plan = await world.planFor(scenario);
    const decisions = [await world.approval(plan, 'ana')];
    // The validation passes, the change itself is refused.
    world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 1 });
    world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', code: 'ABORTED' });
    await expect(world.attempt({ plan, decisions })).rejects.toThrow(/ABORTED/);
    await world.ownerWrites(scenario, { traffic: plan.actions[0]!.change.traffic! });
    const receipt = await carriedOut(plan);
    expect(receipt).toMatchObject({ result: 'already-so' });
    expect(receipt.before).toEqual(receipt.after);
    expect(wayBack([plan], [receipt]).actions.map(({ change }) => change)).toEqual([{}]);
  });

  test('a lost answer is a change of ours only where the service was changed once since', async () => {
    for (const others of [0, 1]) {
      scenario = world.newScenario();
      const plan = await world.planFor(scenario);
      const decisions = [await world.approval(plan, 'ana')];
      world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 1 });
      world.sandbox.control.fault({
        method: 'UpdateService',
        role: 'respond',
        mode: 'apply-then-lose',
        code: 'UNAVAILABLE',
      });
      await expect(world.attempt({ plan, decisions })).rejects.toThrow(/UNAVAILABLE/);
      if (others > 0) await world.ownerWrites(scenario, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' });
      const receipt = await carriedOut(plan);
      if (others === 0) {
        expect(receipt).toMatchObject({
          result: 'changed',
          before: { traffic: plan.actions[0]!.precondition.traffic },
        });
        expect(receipt.detail).toMatch(/lost; found as wanted, and changed once since/);
      } else {
        expect(receipt).toMatchObject({ result: 'already-so', whose: 'not-known' });
        expect(receipt.detail).toMatch(/whose change that is is not known.*changed 2 times since/);
      }
      expect(world.effective().length).toBeLessThanOrEqual(1);
    }
  });

  test('an owner who deploys between the last look and the change is not cut off unseen', async () => {
    const plan = await world.planFor(scenario, { actions: [await latestNamed()] });
    const fix = `${scenario.service}-00099-fix`;
    const executor = world.overtaken(() => world.ownerDeploys(scenario, fix), etag);
    const decisions = [await world.approval(plan, 'ana')];
    const attempt = async (): Promise<Receipt> =>
      world.apply({ plan, decisions, executors: { 'update-service': executor } });
    if (etag === 'enforced') {
      await expect(attempt()).rejects.toThrow(/ABORTED/);
      const receipt = await carriedOut(plan);
      expect(receipt).toMatchObject({ result: 'refused', detail: expect.stringContaining(fix) as string });
      expect(world.effective()).toEqual([]);
      return;
    }
    const receipt = await attempt();
    expect(receipt).toMatchObject({
      result: 'changed',
      meanwhile: { before: 1, after: 0, others: ['template'], revisions: [{ name: fix, creator: 'ana@rhea.example' }] },
    });
    expect(receipt.detail).toMatch(/once between the look before this change and the change itself/);
    expect(receipt.detail).toContain(fix);
    // The way back gives it what it was deployed for.
    const [back] = wayBack([plan], [receipt]).actions;
    expect(back?.title).toContain(fix);
    expect(await carriedOut(undoOf(plan, [receipt]))).toMatchObject({ result: 'changed' });
    const { latestReadyRevision, traffic } = await live();
    expect([latestReadyRevision?.split('/').at(-1), traffic?.[0]?.type]).toEqual([
      fix,
      'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST',
    ]);
  });

  test('what an owner changes besides, just before the change, stays, and stands in the receipt where it was changed over', async () => {
    world.sandbox.control.setReality({ aborted: 'never' });
    const plan = await world.planFor(scenario);
    const ingress = 'INGRESS_TRAFFIC_INTERNAL_ONLY';
    const executors = { 'update-service': world.overtaken(() => world.ownerWrites(scenario, { ingress }), etag) };
    const decisions = [await world.approval(plan, 'ana')];
    const first = await world.apply({ plan, decisions, executors }).catch(() => undefined);
    const receipt = first ?? (await carriedOut(plan));
    expect(receipt.result).toBe('changed');
    expect(receipt.meanwhile).toEqual(
      etag === 'enforced' ? undefined : { before: 1, after: 0, others: ['ingress'], revisions: [] },
    );
    expect((await world.fields(scenario))['ingress']).toBe(ingress);
  });

  test('an owner who deploys after the approval is never cut off: the action is refused with the new revision', async () => {
    const plan = await world.planFor(scenario, { actions: [await latestNamed()] });
    const fix = `${scenario.service}-00099-fix`;
    await world.ownerDeploys(scenario, fix);
    const receipt = await carriedOut(plan);
    expect(receipt).toMatchObject({ result: 'refused', detail: expect.stringContaining(fix) as string });
    expect(world.effective()).toEqual([]);
  });
});

test('a turn that somebody planted in the ledger lets nobody change anything, and says what to look at', async () => {
  const plan = await world.planFor(scenario);
  const decisions = [await world.approval(plan, 'ana')];
  const resource = world.nameOf(scenario);
  const stranger = await newSigningKey('respond');
  const key = `turn.${sha256Hex(resource).slice(0, 40)}.1`;
  const entry = { type: 'firebreak.ledger.v1', key, content: {} };
  await world.ledger.createIfAbsent(key, await signJson(entry, 'firebreak.ledger.v1', stranger));
  await expect(world.attempt({ plan, decisions })).rejects.toThrow(
    /not one that a respond role wrote.*look at the resource/,
  );
  expect(world.effective()).toEqual([]);
  await rm(join(world.ledgerFolder, `${key}.json`));
  expect(await carriedOut(plan)).toMatchObject({ result: 'changed' });
});

test('while a call has had no answer nobody else has a turn: its own next attempt says first what it came to', async () => {
  const first = await world.planFor(scenario);
  const second = await other(first);
  const decisions = [await world.approval(first, 'ana')];
  // Its change is made, and its answer is lost with the worker.
  world.sandbox.control.fault({ method: 'UpdateService', role: 'respond', delayMilliseconds: 1 });
  world.sandbox.control.fault({
    method: 'UpdateService',
    role: 'respond',
    mode: 'apply-then-lose',
    code: 'UNAVAILABLE',
  });
  await expect(world.attempt({ plan: first, decisions })).rejects.toThrow(/UNAVAILABLE/);
  await settled();
  const waiting = world.attempt({ plan: second, decisions: [await world.approval(second, 'ana')] });
  await expect(waiting).rejects.toThrow(`${first.case} changes`);
  expect(await carriedOut(first)).toMatchObject({
    result: 'changed',
    detail: expect.stringContaining('lost') as string,
  });
  expect(await carriedOut(second)).toMatchObject({ result: 'already-so' });
});

/** Until Cloud Run has ended what it is at work on. */
async function settled(): Promise<void> {
  while ((await live()).reconciling === true) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Its precondition has the newest revision, as those of plans have. */
async function latestNamed(): Promise<Action> {
  const change = { traffic: [{ type: 'revision' as const, revision: scenario.goodRevision, percent: 100 }] };
  const action = await world.actionOn(scenario, change);
  return { ...action, precondition: { ...action.precondition, template: (await world.fields(scenario)).template! } };
}

const live = async () => (await world.services.getService({ name: world.nameOf(scenario) }))[0];
