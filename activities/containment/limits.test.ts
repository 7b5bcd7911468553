import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Plan } from '../../model/plan.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import { type RespondWorld, respondWorld } from '../../test/support/respond-world.ts';
import { updateService } from './update-service.ts';

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

const calls = () => world.sandbox.control.calls({ method: 'GetService' });

describe('promise 12: respond never changes what is on its own protected list, whatever was approved', () => {
  test.each([
    ['its project', () => 'projects/rhea-prod-4421'],
    ['its name', () => world.nameOf(scenario)],
    ['a pattern', () => 'projects/*/locations/*/services/checkout-*'],
  ])('protected by %s: refused before the first call', async (_, entry) => {
    world.sandbox.control.clearCalls();
    const receipt = await world.apply({
      plan,
      decisions: [await world.approval(plan, 'ana')],
      limits: { protected: ['projects/another', entry()] },
    });
    expect(receipt).toMatchObject({ result: 'refused' });
    expect(receipt.detail).toContain(entry());
    expect(calls()).toEqual([]);
    expect(world.writes()).toEqual([]);
  });

  test('protected by its project’s number, which only the live answer tells: refused', async () => {
    const right = updateService(world.clients);
    const name = world.nameOf(scenario).replace('rhea-prod-4421', '330184625117');
    const numbered = {
      ...right,
      read: async (target: Parameters<typeof right.read>[0]) => ({ ...(await right.read(target)), name }),
    };
    const receipt = await world.apply({
      plan,
      decisions: [await world.approval(plan, 'ana')],
      executors: { 'update-service': numbered },
      limits: { protected: ['projects/330184625117'] },
    });
    expect(receipt).toMatchObject({ result: 'refused' });
    expect(receipt.detail).toContain('330184625117');
    expect(world.writes()).toEqual([]);
  });
});

describe('promise 6: what cannot be undone needs two approvers and complete evidence, whatever the plan’s text says', () => {
  const changes: [string, (plan: Plan) => Plan][] = [
    ['an action without an inverse', (given) => ({ ...given, actions: [{ ...given.actions[0]!, inverse: null }] })],
    ['a deletion that says it has one', (given) => ({ ...given, actions: [{ ...given.actions[0]!, kind: 'delete' }] })],
    [
      'a plan with such an action later',
      (given) => ({ ...given, actions: [given.actions[0]!, { ...given.actions[0]!, id: 'a2', inverse: null }] }),
    ],
  ];

  test.each(changes)('%s with a quorum of one is refused with one approver', async (_, make) => {
    const given = make(plan);
    const receipt = await world.apply({ plan: given, decisions: [await world.approval(given, 'ana')] });
    expect(receipt).toMatchObject({ result: 'refused' });
    expect(receipt.detail).toContain('2 approvers');
    expect(world.writes()).toEqual([]);
  });

  test('one person with two decisions is one approver', async () => {
    const given = { ...plan, actions: [{ ...plan.actions[0]!, inverse: null }] };
    const decisions = [await world.approval(given, 'ana'), await world.approval(given, 'ana', { id: 'd-2' })];
    expect(await world.apply({ plan: given, decisions })).toMatchObject({ result: 'refused' });
  });

  test('with two approvers it is refused while evidence is missing, and done when it is not', async () => {
    const complete = { ...plan, actions: [{ ...plan.actions[0]!, inverse: null }] };
    const missing = { ...complete, missingEvidence: ['container logs: no answer yet'] };
    const both = async (given: Plan) => [await world.approval(given, 'ana'), await world.approval(given, 'ben')];
    const receipt = await world.apply({ plan: missing, decisions: await both(missing) });
    expect(receipt).toMatchObject({ result: 'refused' });
    expect(receipt.detail).toContain('container logs');
    expect(world.writes()).toEqual([]);
    expect(await world.apply({ plan: complete, decisions: await both(complete) })).toMatchObject({ result: 'changed' });
  });
});

test('promise 3: a field that no rung writes is refused, though it was approved', async () => {
  const change = { defaultUriDisabled: true };
  const given: Plan = { ...plan, actions: [{ ...plan.actions[0]!, precondition: {}, change }] };
  const receipt = await world.apply({ plan: given, decisions: [await world.approval(given, 'ana')] });
  expect(receipt).toMatchObject({ result: 'refused' });
  expect(receipt.detail).toContain('defaultUriDisabled');
  expect(world.writes()).toEqual([]);
});

test('a plan that respond may not read what it needs for is failed, with the reason, and changes nothing', async () => {
  const judge = () =>
    Promise.reject(ApplicationFailure.nonRetryable('Cloud Run: PERMISSION_DENIED: run.revisions.list', 'google'));
  const receipt = await world.apply({ plan, decisions: [await world.approval(plan, 'ana')], judge });
  expect(receipt).toMatchObject({ result: 'failed', detail: expect.stringContaining('run.revisions.list') as string });
  expect(world.writes()).toEqual([]);
});
