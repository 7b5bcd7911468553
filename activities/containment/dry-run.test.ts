import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Plan } from '../../model/plan.ts';
import { closeClients, respondClients } from '../../runtime/google-clients.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import type { Executor } from './executor.ts';
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
  plan = await world.planFor(scenario, { mode: 'dry-run' });
});

const validations = () =>
  world.sandbox.control
    .calls({ method: 'UpdateService' })
    .filter(({ request }) => (request as { validateOnly?: boolean }).validateOnly === true);

/** All traffic to the good revision, then no instances. */
async function planOfTwo(): Promise<Plan> {
  const [pin] = plan.actions;
  const stop = await world.actionOn(scenario, { scaling: { mode: 'manual', manual: 0 } }, { id: 'a2' });
  const precondition = { ...stop.precondition, traffic: pin!.change.traffic! };
  return { ...plan, actions: [pin!, { ...stop, precondition }] };
}

describe('a dry run changes nothing', () => {
  test('a plan of a dry run is validated by Google, its difference is computed, and the service is as before', async () => {
    const before = await world.fields(scenario);
    const receipt = await world.apply({ plan, decisions: [await world.approval(plan, 'ana')] });
    expect(receipt).toMatchObject({ result: 'would-change', mode: 'dry-run', before, operation: '' });
    expect(receipt.after).toEqual({ ...before, ...plan.actions[0]!.change });
    expect(receipt.detail).toContain('validated by Google');
    expect(validations()).toHaveLength(1);
    expect(world.writes()).toEqual([]);
    expect(await world.fields(scenario)).toEqual(before);
  });

  test('a live plan met by a respond process of mode dry-run changes nothing, and the receipt says so', async () => {
    const live = { ...plan, mode: 'live' as const };
    const receipt = await world.apply({
      plan: live,
      decisions: [await world.approval(live, 'ana')],
      limits: { mode: 'dry-run' },
    });
    expect(receipt).toMatchObject({ result: 'would-change', mode: 'dry-run' });
    expect(receipt.detail).toContain('nothing was changed');
    expect(world.writes()).toEqual([]);
  });

  test('a later action is judged on what the earlier ones would have changed, and marked as not validated', async () => {
    const two = await planOfTwo();
    const decisions = [await world.approval(two, 'ana')];
    const ledger = world.newLedger();
    // Without the first one's receipt the second finds the service as it is.
    expect(await world.apply({ plan: two, decisions, action: 'a2', ledger: world.newLedger() })).toMatchObject({
      result: 'refused',
    });
    await world.apply({ plan: two, decisions, ledger });
    world.sandbox.control.clearCalls();
    const receipt = await world.apply({ plan: two, decisions, action: 'a2', ledger });
    expect(receipt).toMatchObject({
      result: 'would-change',
      before: two.actions[0]!.change,
      after: { ...two.actions[0]!.change, ...two.actions[1]!.change },
    });
    expect(receipt.detail).toContain('not validated by Google');
    expect(validations()).toEqual([]);
    expect(world.writes()).toEqual([]);
  });

  test.each([
    ['without an approval', async () => ({ decisions: [] })],
    [
      'where the service is not as approved',
      async () => {
        const other = { ...plan.actions[0]!, precondition: { traffic: [] } };
        plan = { ...plan, actions: [other] };
        return { decisions: [await world.approval(plan, 'ana')] };
      },
    ],
  ])('it refuses what a live run refuses: %s', async (_, make) => {
    const made = await make();
    expect(await world.apply({ plan, ...made })).toMatchObject({ result: 'refused', mode: 'dry-run' });
  });

  test('what Google would refuse fails', async () => {
    const [action] = plan.actions;
    const change = { traffic: [{ type: 'revision' as const, revision: 'no-such-revision', percent: 100 }] };
    const wrong = { ...plan, actions: [{ ...action!, change }] };
    const receipt = await world.apply({ plan: wrong, decisions: [await world.approval(wrong, 'ana')] });
    expect(receipt).toMatchObject({ result: 'failed', mode: 'dry-run' });
    expect(receipt.detail).toContain('Google would refuse it');
  });

  test('an approval that was used for a dry run is used: the same plan is not carried out by a live process later', async () => {
    const live = { ...plan, mode: 'live' as const };
    const decisions = [await world.approval(live, 'ana')];
    const first = await world.attempt({ plan: live, decisions, limits: { mode: 'dry-run' } });
    expect(await world.attempt({ plan: live, decisions })).toEqual(first);
    expect(world.writes()).toEqual([]);
  });
});

describe('the write barrier lies below the clients', () => {
  /** Executors with a mistake: one writes where it should only look, the other says that it validates. */
  const broken = (clients: RespondWorld['clients']): [string, Executor][] => {
    const { services } = clients;
    const right = updateService(clients);
    return [
      [
        'writes while it reads',
        {
          ...right,
          async read(target) {
            const live = await right.read(target);
            const [action] = plan.actions;
            if (action !== undefined) await right.start(action, live, 'broken');
            return live;
          },
        },
      ],
      [
        'forgets validateOnly',
        { ...right, validate: async (action, live, reason) => void (await right.start(action, live, reason)) },
      ],
      [
        'sets a policy with validateOnly, which that method does not know',
        {
          ...right,
          validate: async ({ target }) => {
            const request = { resource: target.name, policy: { bindings: [] }, validateOnly: true };
            await services.setIamPolicy(request, { retry: null });
          },
        },
      ],
    ];
  };

  test.each(['of a dry-run case in a live process', 'in a dry-run process'])(
    'a broken executor cannot write %s',
    async (where) => {
      const clients = where === 'in a dry-run process' ? respondClients(world.place, 'dry-run') : world.clients;
      const before = await world.fields(scenario);
      for (const [mistake, executor] of broken(clients)) {
        const one = { ...plan, nonce: randomUUID() };
        const receipt = await world.apply({
          plan: one,
          decisions: [await world.approval(one, 'ana')],
          executors: { 'update-service': executor },
        });
        expect(receipt, mistake).toMatchObject({ result: 'failed' });
        expect(receipt.detail, mistake).toMatch(/dry run: .* was not sent/);
      }
      expect(world.writes()).toEqual([]);
      expect(world.sandbox.control.calls({ method: 'SetIamPolicy' })).toEqual([]);
      expect(await world.fields(scenario)).toEqual(before);
      if (clients !== world.clients) await closeClients(clients);
    },
  );

  test('a client of a dry-run process cannot write outside any action either, and still reads and validates', async () => {
    const clients = respondClients(world.place, 'dry-run');
    const { services } = clients;
    const name = world.nameOf(scenario);
    const traffic = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST' as const, percent: 100 }];
    const request = { service: { name, traffic }, updateMask: { paths: ['traffic'] } };
    await expect(services.updateService(request)).rejects.toThrow(/dry run/);
    await expect(services.deleteService({ name })).rejects.toThrow(/dry run/);
    expect(world.sandbox.control.calls({ method: 'DeleteService' })).toEqual([]);
    await services.getService({ name });
    await services.updateService({ ...request, validateOnly: true });
    expect(world.writes()).toEqual([]);
    await closeClients(clients);
  });
});
