import { expect, test } from 'vitest';
import type { UndoInput } from '../../model/case.ts';
import { digestOf } from '../../model/digest.ts';
import type { Plan } from '../../model/plan.ts';
import type { Receipt } from '../../model/receipt.ts';
import { exampleContext } from '../../workflows/containment/example-context.ts';
import { restrictIngress } from '../../workflows/containment/restrict-ingress.ts';
import { wayBack } from '../../workflows/containment/undo.ts';
import { refuseTooLarge, whatTravels } from './what-travels.ts';

const plan = { mode: 'live', ...restrictIngress.build(exampleContext('service'))! } as unknown as Plan;
const [action] = plan.actions;

function receipts(count: number): Receipt[] {
  return Array.from({ length: count }, (_, index) => ({
    case: 'finding-1-abc',
    plan: digestOf(plan),
    action: 'a1',
    result: 'changed',
    before: action!.inverse,
    after: action!.change,
    finishedAt: new Date(Date.UTC(2026, 10, 20) + index * 1000).toISOString(),
  })) as unknown as Receipt[];
}

const undoes = (done: readonly Receipt[]) =>
  whatTravels('finding-1-abc', { plans: [plan], receipts: done }, wayBack([plan], done));

test('what was done is told in order, by its title; of many actions the last are told and the rest counted', () => {
  const few = undoes(receipts(2)).done;
  expect(few.map(({ text }) => text)).toEqual(Array(2).fill('no requests from the Internet: changed'));
  expect(few[1]?.reason).toBe('at 2026-11-20T00:00:01.000Z, from the signed receipt');
  const many = undoes(receipts(5_000));
  expect(many.done[0]?.text).toBe('4960 actions before these');
  expect(many.done.at(-1)?.reason).toContain('01:23:19');
  expect(JSON.stringify(many).length).toBeLessThan(65_536);
  expect(many.actions).toHaveLength(1);
});

test('what is lost is told once, and not without end', () => {
  const lost = ['the same', 'the same', ...Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(5_000)}`)];
  const told = whatTravels('finding-1-abc', { plans: [], receipts: [] }, { actions: [], lost }).lost;
  expect(told).toHaveLength(41);
  expect(told.at(-1)).toBe('61 more, as the receipts say');
  expect(JSON.stringify(told).length).toBeLessThan(30_000);
});

test('a plan that no payload holds is refused, with what to do', () => {
  const small = { undoes: undoes(receipts(1)) } as unknown as UndoInput;
  expect(() => refuseTooLarge(small, 'f00d')).not.toThrow();
  const invokers = Array.from({ length: 2_000 }, (_, index) => `user:somebody-${index}@example.com`);
  const large = {
    undoes: { ...small.undoes, actions: [{ ...action!, change: { invokers } }] },
  } as unknown as UndoInput;
  expect(() => refuseTooLarge(large, 'f00d')).toThrow(/too large .* by hand, from the receipts .* newest in f00d/);
});
