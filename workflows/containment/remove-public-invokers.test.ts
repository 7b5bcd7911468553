import { expect, test } from 'vitest';
import { exampleContext } from './example-context.ts';
import { removePublicInvokers } from './remove-public-invokers.ts';

const ana = 'user:ana@example.com';
const build = (invokers: readonly string[] | 'unknown', invokerIamDisabled = false) =>
  removePublicInvokers.build(
    invokers === 'unknown'
      ? exampleContext('service', { invokerIamDisabled }, ['invokers'])
      : exampleContext('service', { invokers, invokerIamDisabled }),
  );

test('a changed policy is not in force at once: the plan says so where it changes one', () => {
  const words = 'two minutes as a rule, seven or more at times';
  expect(build(['allUsers'])?.doesNotStop.join()).toContain(words);
  expect(build([], true)?.doesNotStop.join()).not.toContain(words);
});

test('everybody loses the right to call, named callers keep it, and the whole list is what is given back', () => {
  expect(build(['allUsers', ana, 'allAuthenticatedUsers'])?.actions).toMatchObject([
    {
      id: 'a1',
      kind: 'set-invokers',
      precondition: { invokers: ['allUsers', ana, 'allAuthenticatedUsers'] },
      change: { invokers: [ana] },
      inverse: { invokers: ['allUsers', ana, 'allAuthenticatedUsers'] },
    },
  ]);
});

test('where callers are not checked at all, the check is switched on as well', () => {
  expect(build(['allUsers'], true)?.actions).toMatchObject([
    { id: 'a1', kind: 'set-invokers', change: { invokers: [] } },
    {
      id: 'a2',
      kind: 'update-service',
      precondition: { invokerIamDisabled: true },
      change: { invokerIamDisabled: false },
      inverse: { invokerIamDisabled: true },
    },
  ]);
});

test('the switch alone is a reason, and a policy that could not be read is said to be one that may let everybody in', () => {
  const plan = build('unknown', true);
  expect(plan?.actions.map(({ id, kind }) => [id, kind])).toEqual([['a1', 'update-service']]);
  expect(plan?.doesNotStop.join()).toContain('could not be read');
});

test.each([
  ['nobody may call', []],
  ['only named callers may', [ana]],
  ['who may call is not known', 'unknown' as const],
])('it is not offered where %s', (_words, invokers) => {
  expect(build(invokers)).toBeNull();
});
