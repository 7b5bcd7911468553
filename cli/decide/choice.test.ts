import { expect, test } from 'vitest';
import { recordedView } from '../page/fixtures/read-view.ts';
import { checkedReason, choiceFor } from './choice.ts';

const look = 'npx firebreak case 1';
const view = recordedView('proposed');
const [first] = view.proposal!.plans;

test('a plan is chosen by its whole id, and signed by its digest', () => {
  expect(choiceFor(view, { kind: 'plan', plan: first!.id }, look)).toEqual({
    proposal: view.proposal,
    choice: { kind: 'plan', plan: first!.digest },
  });
});

test.each([
  ['without its digits', first!.plan.kind],
  ['with other digits', `${first!.plan.kind}-000000`],
  ['by its digits alone', first!.digest.slice(0, 6)],
  ['by its digest', first!.digest],
])('a plan %s is refused, and what is offered is named', (_, plan) => {
  expect(() => choiceFor(view, { kind: 'plan', plan }, look)).toThrow(first!.id);
  expect(() => choiceFor(view, { kind: 'plan', plan }, look)).toThrow(look);
});

test('where nothing is proposed there is nothing to choose', () => {
  expect(() => choiceFor({ ...view, state: 'investigating', proposal: null }, { kind: 'dismiss' }, look)).toThrow(
    'proposes nothing yet',
  );
});

test('a reason says something, and not too much', () => {
  expect(checkedReason('  ours  ')).toBe('ours');
  for (const reason of ['', ' \n', 'x'.repeat(2_001)]) expect(() => checkedReason(reason)).toThrow('--reason');
});
