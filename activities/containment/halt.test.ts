import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Plan } from '../../model/plan.ts';
import { readHalt, writeHalt, writeResume } from '../../runtime/halt.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import { newSigningKey } from '../../runtime/signatures.ts';
import type { Scenario } from '../../test/support/scenario.ts';
import { type RespondWorld, respondWorld } from '../../test/support/respond-world.ts';
import { updateService } from './update-service.ts';

let world: RespondWorld;
let scenario: Scenario;
let plan: Plan;
let folder: string;
beforeAll(async () => {
  world = await respondWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  scenario = world.newScenario();
  plan = await world.planFor(scenario);
  folder = world.newLedger();
});

const signer = (name: 'ana' | 'ben' | 'eve' | 'vic') => ({ name, key: world.keys[name] });
const ledger = () => folderLedger(folder);
const apply = async (attempt: number = 1) =>
  world.apply({ plan, decisions: [await world.approval(plan, 'ana')], ledger: folder, attempt });
const standing = async () => {
  const halt = await readHalt(ledger(), world.trust);
  if (halt === null) throw new Error('nothing is halted');
  return halt;
};

describe('a halt stops everything that is approved and not yet done', () => {
  test('an approved action is refused before its first call, with who halted and why; resumed, the approval is good again', async () => {
    await writeHalt(ledger(), signer('ben'), 'the wrong service was hit');
    world.sandbox.control.clearCalls();
    const receipt = await apply();
    expect(receipt).toMatchObject({ result: 'halted' });
    expect(receipt.detail).toMatch(/halted by ben at .*the wrong service was hit/);
    expect(world.sandbox.control.calls({ method: 'GetService' })).toEqual([]);
    await writeResume(ledger(), signer('ana'), await standing(), 'settled');
    expect(await apply()).toMatchObject({ result: 'changed' });
  });

  test('a halt that comes while an action is under way stops it right before its change', async () => {
    const right = updateService(world.clients);
    const slow = {
      ...right,
      async validate(...given: Parameters<NonNullable<typeof right.validate>>) {
        await right.validate?.(...given);
        await writeHalt(ledger(), signer('ben'), 'stop');
      },
    };
    const decisions = [await world.approval(plan, 'ana')];
    const receipt = await world.apply({ plan, decisions, ledger: folder, executors: { 'update-service': slow } });
    expect(receipt).toMatchObject({ result: 'halted' });
    expect(world.writes()).toEqual([]);
  });

  test('what was done before the halt is still told: a lost answer is found again', async () => {
    world.sandbox.control.fault({ method: 'GetOperation', role: 'respond', code: 'UNAVAILABLE', count: 50 });
    await expect(apply()).rejects.toThrow(/UNAVAILABLE/);
    world.sandbox.control.clearFaults();
    await writeHalt(ledger(), signer('ben'), 'stop');
    let receipt;
    while (receipt === undefined)
      receipt = await apply(2).catch((error: unknown) => {
        if (!/still works|ABORTED/.test(String(error))) throw error;
      });
    expect(receipt).toMatchObject({ result: 'changed' });
  });

  test('each halt has to be lifted: a resume is good for its halt, and for those before it', async () => {
    await writeHalt(ledger(), signer('ana'), 'first');
    const first = await standing();
    await writeHalt(ledger(), signer('ben'), 'second');
    await writeResume(ledger(), signer('ana'), first, 'mine is settled');
    expect(await standing()).toMatchObject({ number: 2, by: 'ben', reason: 'second' });
    await writeResume(ledger(), signer('ana'), await standing(), 'both are');
    expect(await readHalt(ledger(), world.trust)).toBeNull();
    await writeHalt(ledger(), signer('ana'), 'third');
    expect(await standing()).toMatchObject({ number: 3 });
  });

  test('two who halt at once both have halted', async () => {
    const numbers = await Promise.all(
      ['ana', 'ben', 'ana'].map((name) => writeHalt(ledger(), signer(name as 'ana'), name)),
    );
    expect(new Set(numbers)).toEqual(new Set([1, 2, 3]));
  });
});

describe('promise 3: it fails closed', () => {
  /** A file that somebody puts into the ledger's folder. */
  const plant = async (key: string, text: string): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${key}.json`), text);
  };
  const halted = async () => expect(await apply()).toMatchObject({ result: 'halted' });

  test.each<[string, () => Promise<unknown>]>([
    ['unsigned', () => plant('halt.1', '{"by":"ana","reason":"stop"}')],
    ['signed by a stranger', async () => writeHalt(ledger(), { name: 'ana', key: await newSigningKey('ana') }, 'stop')],
    ['signed by a viewer', () => writeHalt(ledger(), signer('vic'), 'stop')],
    ['not readable', () => plant('halt.1', '{"half')],
  ])('a halt that is %s halts, and a signed resume lifts it', async (_, make) => {
    await make();
    await halted();
    await writeResume(ledger(), signer('ben'), await standing(), 'looked at it');
    expect(await apply()).toMatchObject({ result: 'changed' });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['unsigned', () => plant('resume.1', '{"halt":1,"by":"ana"}')],
    [
      'forged',
      async () => {
        await writeResume(ledger(), { name: 'ana', key: await newSigningKey('ana') }, await standing(), 'go on');
      },
    ],
    [
      'in another’s name',
      async () => writeResume(ledger(), { name: 'ana', key: world.keys.ben }, await standing(), 'go'),
    ],
    ['of a viewer', async () => writeResume(ledger(), signer('vic'), await standing(), 'go on')],
    ['of an expired credential', async () => writeResume(ledger(), signer('eve'), await standing(), 'go on')],
    [
      'for the halt of another ledger',
      async () => {
        const other = folderLedger(world.newLedger());
        await writeHalt(other, signer('ana'), 'another one');
        const halt = await readHalt(other, world.trust);
        await writeResume(ledger(), signer('ana'), halt!, 'go on');
      },
    ],
    ['not readable', async () => writeFile(join(folder, 'resume.1.json'), '{"half')],
  ])('a resume that is %s resumes nothing, and keeps no good one out', async (_, make) => {
    await writeHalt(ledger(), signer('ana'), 'stop');
    await make();
    await halted();
    await writeResume(ledger(), signer('ben'), await standing(), 'looked at it');
    expect(await apply()).toMatchObject({ result: 'changed' });
  });

  test('a ledger that cannot be read changes nothing', async () => {
    const notAFolder = join(world.folder, 'not-a-folder');
    await writeFile(notAFolder, '');
    await expect(readHalt(folderLedger(notAFolder), world.trust)).rejects.toThrow(/ledger/);
  });
});
