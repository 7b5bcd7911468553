import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Plan } from '../../model/plan.ts';
import { newSigningKey } from '../../runtime/signatures.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import { type Attempt, type RespondWorld, respondWorld, run } from '../../test/support/respond-world.ts';

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

describe('promise 3: no change without approval, checked where the change is made', () => {
  test('an approved action changes the service and says what it was before and after', async () => {
    const receipt = await world.apply({ plan, decisions: [await world.approval(plan, 'ana')] });
    expect(receipt).toMatchObject({
      result: 'changed',
      mode: 'live',
      decisions: ['d-ana'],
      before: plan.actions[0]!.precondition,
    });
    expect(receipt.after.traffic).toEqual(plan.actions[0]!.change.traffic);
    expect(receipt.operation).toMatch(/\/operations\//);
  });

  const forged = async () => ({
    ...(await world.approval(plan, 'ana')),
    signature: (await world.approval(plan, 'ana', { reason: 'another' })).signature,
  });
  test.each<[string, () => Promise<Pick<Attempt, 'decisions'> & Partial<Attempt>>]>([
    ['without a decision', async () => ({ decisions: [] })],
    ['with a forged signature', async () => ({ decisions: [await forged()] })],
    [
      'with a key that is not on the roster',
      async () => ({ decisions: [await world.approval(plan, 'ana', {}, await newSigningKey('ana'))] }),
    ],
    ['with an expired credential', async () => ({ decisions: [await world.approval(plan, 'eve')] })],
    [
      'with a decision in another approver’s name',
      async () => ({ decisions: [await world.approval(plan, 'ben', {}, world.keys.ana)] }),
    ],
    [
      'with a decision for another case',
      async () => ({ decisions: [await world.approval(plan, 'ana', { case: 'finding-1-other' })] }),
    ],
    [
      'with a decision for another run',
      async () => ({ decisions: [await world.approval(plan, 'ana', { run: 'run-0' })] }),
    ],
    [
      'with a decision for another plan',
      async () => ({ decisions: [await world.approval(plan, 'ana')], plan: { ...plan, nonce: 'm' } }),
    ],
    [
      'with a decision to dismiss',
      async () => ({ decisions: [await world.approval(plan, 'ana', { choice: { kind: 'dismiss' } })] }),
    ],
    [
      'for a plan of another workflow',
      async () => ({
        decisions: [await world.approval(plan, 'ana')],
        workflow: { workflowId: 'other', runId: run },
      }),
    ],
    [
      'with an approval from 31 minutes ago',
      async () => ({
        decisions: [await world.approval(plan, 'ana', { signedAt: new Date(Date.now() - 31 * 60_000).toISOString() })],
      }),
    ],
    [
      'with one approver counted twice',
      async () => {
        plan = { ...plan, quorum: { approvers: 2, role: 'approver' } };
        return { decisions: [await world.approval(plan, 'ana'), await world.approval(plan, 'ana', { id: 'd-2' })] };
      },
    ],
    [
      'with a plan that says that viewers decide',
      async () => {
        plan = { ...plan, quorum: { approvers: 1, role: 'viewer' } };
        return { decisions: [await world.approval(plan, 'vic')] };
      },
    ],
  ])('nothing changes %s', async (_how, make) => {
    const receipt = await world.apply(await make().then((made) => ({ plan, ...made })));
    expect(receipt.result).toBe('refused');
    expect(receipt.detail).not.toBe('');
    expect(world.writes()).toEqual([]);
  });

  test('two approvers reach a quorum of two', async () => {
    plan = { ...plan, quorum: { approvers: 2, role: 'approver' } };
    const decisions = [await world.approval(plan, 'ana'), await world.approval(plan, 'ben')];
    expect(await world.apply({ plan, decisions })).toMatchObject({ result: 'changed', decisions: ['d-ana', 'd-ben'] });
  });

  test('a decision that was used answers its receipt again and changes nothing, also after the change was undone by hand', async () => {
    const decisions = [await world.approval(plan, 'ana')];
    const first = await world.attempt({ plan, decisions });
    world.sandbox.control.clearCalls();
    world.sandbox.control.setReality({ aborted: 'never' });
    await world.services.updateService({
      service: {
        name: world.nameOf(scenario),
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
      },
      updateMask: { paths: ['traffic'] },
    });
    expect(await world.attempt({ plan, decisions })).toEqual(first);
    expect(world.effective()).toHaveLength(1);
  });

  test('nothing changes while the ledger cannot be written', async () => {
    const ledger = join(world.folder, 'not-a-folder');
    await writeFile(ledger, '');
    const decisions = [await world.approval(plan, 'ana')];
    await expect(world.attempt({ plan, decisions, ledger })).rejects.toThrow(/ledger/);
    expect(world.writes()).toEqual([]);
  });
});
