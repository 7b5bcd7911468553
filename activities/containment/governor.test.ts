import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../model/plan.ts';
import { ensureTrust, readRoleKey } from '../../runtime/first-trust.ts';
import { folderLedger } from '../../runtime/ledger.ts';
import type { SigningKey } from '../../runtime/signatures.ts';
import { signedLedger } from '../../runtime/signed-ledger.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { trustDocument } from '../../runtime/trust.ts';
import { takeSlot } from './governor.ts';
import { type RespondWorld, respondWorld } from '../../test/support/respond-world.ts';

const about = { plan: 'p', action: 'a1' };
const noon = new Date('2026-11-23T12:34:56Z');
let folder: string;
let key: SigningKey;
let trust: ReturnType<typeof trustDocument>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-slots-'));
  const paths = statePaths(folder);
  await ensureTrust(paths);
  key = await readRoleKey(paths, 'respond');
  trust = trustDocument({ paths });
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const newLedger = () => signedLedger(folderLedger(join(folder, String((count += 1)))), key, trust);
const target = (name: string, project = 'shop'): Target => ({
  kind: 'service',
  project,
  location: 'europe-west1',
  name,
});

describe('no more than so many resources of a project are changed in an hour', () => {
  test('the next one is told when again; the same resource, another project and the next hour are not held up', async () => {
    const ledger = newLedger();
    const take = (what: Target, now = noon) => takeSlot(ledger, what, 2, now, about);
    expect(await take(target('one'))).toEqual({ status: 'taken' });
    expect(await take(target('two'))).toEqual({ status: 'taken' });
    expect(await take(target('three'))).toMatchObject({ status: 'governed', retryAt: '2026-11-23T13:00:00.000Z' });
    expect(await take(target('one'))).toEqual({ status: 'taken' });
    expect(await take(target('three', 'bank'))).toEqual({ status: 'taken' });
    expect(await take(target('three'), new Date('2026-11-23T13:00:00Z'))).toEqual({ status: 'taken' });
  });

  test('workers that ask at the same time get no more than that together', async () => {
    const ledger = newLedger();
    const names = Array.from({ length: 12 }, (_, index) => `service-${index}`);
    const slots = await Promise.all([...names, ...names].map((name) => takeSlot(ledger, target(name), 5, noon, about)));
    const taken = names.filter((_, index) => slots[index]?.status === 'taken' || slots[index + 12]?.status === 'taken');
    expect(taken).toHaveLength(5);
  });

  test('any text of a project is counted, and no two are counted as one', async () => {
    const ledger = newLedger();
    for (const project of ['example.com:shop', 'example.com.shop', '../shop', 'x', 'ä'.repeat(300), '']) {
      expect(await takeSlot(ledger, target('one', project), 1, noon, about)).toEqual({ status: 'taken' });
      expect(await takeSlot(ledger, target('two', project), 1, noon, about)).toMatchObject({ status: 'governed' });
    }
  });
});

describe('respond answers it with a receipt', () => {
  let world: RespondWorld;
  beforeAll(async () => {
    world = await respondWorld();
  });
  afterAll(() => world.close());

  test('an approved change over the limit is not made, the receipt says when again, and then the same approval is good', async () => {
    const ledger = world.newLedger();
    const first = await world.planFor(world.newScenario());
    const limits = { changesPerHour: 1 };
    const decisions = [await world.approval(first, 'ana')];
    expect(await world.apply({ plan: first, decisions, ledger, limits })).toMatchObject({ result: 'changed' });
    const second = await world.planFor(world.newScenario());
    const given = { plan: second, decisions: [await world.approval(second, 'ana')], ledger };
    const receipt = await world.apply({ ...given, limits });
    expect(receipt).toMatchObject({ result: 'governed' });
    expect(Date.parse(receipt.retryAt!) % 3_600_000).toBe(0);
    expect(receipt.detail).toContain('rhea-prod-4421');
    expect(world.writes()).toEqual([]);
    expect(await world.apply({ ...given, limits: { changesPerHour: 2 } })).toMatchObject({ result: 'changed' });
  });

  test('a project that is named by its id and by its number is counted once', async () => {
    const ledger = world.newLedger();
    const limits = { changesPerHour: 1 };
    const first = await world.planFor(world.newScenario());
    const decisions = [await world.approval(first, 'ana')];
    expect(await world.apply({ plan: first, decisions, ledger, limits })).toMatchObject({ result: 'changed' });
    const { actions, ...rest } = await world.planFor(world.newScenario());
    const byNumber = actions.map((action) => ({ ...action, target: { ...action.target, project: '481516234200' } }));
    const second = { ...rest, actions: byNumber };
    expect(
      await world.apply({ plan: second, decisions: [await world.approval(second, 'ana')], ledger, limits }),
    ).toMatchObject({ result: 'governed' });
  });

  test('a dry run takes no slot', async () => {
    const ledger = world.newLedger();
    const limits = { changesPerHour: 1 };
    for (const mode of ['dry-run', 'dry-run', 'live'] as const) {
      const plan = await world.planFor(world.newScenario(), { mode });
      const receipt = await world.apply({ plan, decisions: [await world.approval(plan, 'ana')], ledger, limits });
      expect(receipt.result).toBe(mode === 'live' ? 'changed' : 'would-change');
    }
  });
});
