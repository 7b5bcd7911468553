import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QuietSeen } from '../../model/observation.ts';
import type { Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import { readRoleKey } from '../../runtime/first-trust.ts';
import { newSigningKey, signJson, type SigningKey } from '../../runtime/signatures.ts';
import { type RespondWorld, respondWorld, run } from '../../test/support/respond-world.ts';
import { type Proof, prove, type ToProve } from './proofs.ts';

let world: RespondWorld;
let plan: Plan;
let genuine: ToProve;
let observer: SigningKey;
beforeAll(async () => {
  world = await respondWorld();
  observer = await readRoleKey(world.paths, 'observe');
  plan = await world.planFor(world.newScenario());
  const decisions = [await world.approval(plan, 'ana')];
  const receipt = await world.apply({ plan, decisions });
  genuine = {
    case: plan.case,
    run,
    state: 'contained',
    plans: [plan],
    receipts: [receipt],
    decisions,
    quiet: await quiet({ since: receipt.finishedAt }),
  };
});
afterAll(() => world.close());

/** Observe's word that the bad revision is quiet. */
function quiet(change: Partial<QuietSeen>, key = observer) {
  const { target } = plan.actions[0]!;
  const seen: QuietSeen = {
    resource: target,
    ...(plan.watch.revision !== undefined && { revision: plan.watch.revision }),
    since: new Date().toISOString(),
    quietSeconds: 0,
    quiet: true,
    ...change,
  };
  const at = new Date().toISOString();
  return signJson(
    { type: 'firebreak.observation.v1', case: plan.case, run, at, quiet: seen },
    'firebreak.observation.v1',
    key,
  );
}

const proofOf = async (change: Partial<ToProve>): Promise<Proof> =>
  prove({ ...genuine, ...change }, await world.trust.read());

test('contained: an approved plan, all of it done by receipts, and quiet by observe’s own word', async () => {
  expect(await proofOf({})).toEqual({ mode: 'live', decisions: ['d-ana'] });
});

test.each<[string, () => Promise<Partial<ToProve>>, RegExp]>([
  ['without a decision', async () => ({ decisions: [] }), /no signed decision/],
  [
    'on a stranger’s decision',
    async () => ({ decisions: [await world.approval(plan, 'ana', {}, await newSigningKey('ana'))] }),
    /not on the roster/,
  ],
  ['on a viewer’s decision', async () => ({ decisions: [await world.approval(plan, 'vic')] }), /does not decide/],
  [
    'on a decision for another run',
    async () => ({ decisions: [await world.approval(plan, 'ana', { run: 'r2' })] }),
    /another case or run/,
  ],
  [
    'on a decision to dismiss',
    async () => ({ decisions: [await world.approval(plan, 'ana', { choice: { kind: 'dismiss' } })] }),
    /nobody approved a plan/,
  ],
  ['without the approved plan', async () => ({ plans: [] }), /nothing was carried out/],
  ['without a receipt', async () => ({ receipts: [] }), /no receipt says that its action a1 is done/],
  [
    'with a receipt that says refused',
    async () => ({ receipts: [{ ...genuine.receipts[0]!, result: 'refused' } satisfies Receipt] }),
    /a1 is done/,
  ],
  [
    'with the receipt of another plan',
    async () => ({ receipts: [{ ...genuine.receipts[0]!, plan: '0'.repeat(64) }] }),
    /a1 is done/,
  ],
  [
    'with quiet that nobody signed',
    async () => ({ quiet: await quiet({}, await newSigningKey('observe')) }),
    /observe/,
  ],
  [
    'with quiet from before the change',
    async () => ({ quiet: await quiet({ since: '2026-01-01T00:00:00Z' }) }),
    /before/,
  ],
  ['with signs of life', async () => ({ quiet: await quiet({ quiet: false }) }), /not seen it quiet/],
  ['with quiet of another revision', async () => ({ quiet: await quiet({ revision: 'other' }) }), /something else/],
])('not contained %s', async (_name, change, why) => {
  expect(await proofOf(await change())).toEqual({ lacks: expect.stringMatching(why) });
});

test('not contained without a word of observe’s', async () => {
  const { quiet: _quiet, ...silent } = genuine;
  expect(await prove(silent, await world.trust.read())).toEqual({ lacks: expect.stringMatching(/signed by observe/) });
});

test('other ends hold to what was signed too', async () => {
  expect(await proofOf({ state: 'failed' })).toEqual({ lacks: 'every action of the approved plan is done' });
  expect(await proofOf({ state: 'failed', receipts: [] })).toMatchObject({ decisions: ['d-ana'] });
  expect(await proofOf({ state: 'dismissed' })).toEqual({ lacks: 'nobody decided to dismiss' });
  const dismiss = [await world.approval(plan, 'ana', { choice: { kind: 'dismiss' } })];
  expect(await proofOf({ state: 'dismissed', decisions: dismiss })).toMatchObject({ decisions: ['d-ana'] });
  expect(await proofOf({ state: 'handed-over', decisions: dismiss })).toEqual({ lacks: 'nobody decided to hand-over' });
});
