import { expect, test } from 'vitest';
import { defineRung } from '../containment/rung.ts';
import { leastDestructive } from './advice.ts';
import { findingOn } from './fixtures/world.ts';

const rung = <const Kind extends string>(kind: Kind, order: number, resource: 'service' | 'job' = 'service') =>
  defineRung({
    kind,
    resource,
    against: ['identity'],
    order,
    summary: '',
    actions: [],
    writes: ['invokers'],
    build: () => null,
  });
const all = [rung('delete', 910), rung('swap', 350), rung('restrict', 150), rung('of-job', 100, 'job')];
const finding = findingOn('service', {});
const pick = (offered: readonly string[], tried: readonly string[] = []) =>
  leastDestructive({ finding, offered, tried }, () => true, all);

test('of the rungs that fit, the one that destroys least and was not tried is taken; one that cannot be undone never is', () => {
  const offered = all.map(({ kind }) => kind);
  expect(pick(offered)).toBe('restrict');
  expect(pick(offered, ['restrict'])).toBe('swap');
  expect(pick(offered, ['restrict', 'swap'])).toBeUndefined();
  expect(pick(['swap', 'delete'])).toBe('swap');
  expect(pick(['delete'])).toBeUndefined();
  expect(
    leastDestructive({ finding, offered, tried: [] }, ({ against }) => against.includes('image'), all),
  ).toBeUndefined();
});
