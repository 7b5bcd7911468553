import {
  array,
  assert,
  constant,
  constantFrom,
  option,
  property,
  record,
  string,
  tuple,
  uniqueArray,
} from 'fast-check';
import { expect, test } from 'vitest';
import { invokersOf } from '../settings/policy.ts';
import { withInvokers } from './invoker-bindings.ts';

const member = constantFrom(
  'allUsers',
  'allAuthenticatedUsers',
  'user:a@x.org',
  'serviceAccount:s@p.iam',
  'group:g@x.org',
);
const members = uniqueArray(member, { minLength: 1 });
const other = record({
  role: constantFrom('roles/run.admin', 'roles/run.invoker'),
  members,
  condition: record({
    title: string(),
    expression: constant('request.time < timestamp("2027-01-01T00:00:00Z")'),
  }),
});
const policy = record({
  bindings: tuple(array(other, { maxLength: 3 }), option(members), array(other, { maxLength: 3 })).map(
    ([before, invokers, after]) => [
      ...before,
      ...(invokers === null ? [] : [{ role: 'roles/run.invoker', members: invokers, condition: null }]),
      ...after,
    ],
  ),
});

test('only the members of the invoker role without a condition change, and the inverse gives the same policy', () => {
  assert(
    property(policy, uniqueArray(member), (before, wanted) => {
      const changed = withInvokers(before, wanted);
      expect(invokersOf({ bindings: changed }).sort()).toEqual([...wanted].sort());
      const others = (bindings: readonly { condition?: object | null | undefined }[]) =>
        bindings.filter(({ condition }) => condition !== null && condition !== undefined);
      expect(others(changed)).toEqual(others(before.bindings));
      const back = withInvokers({ bindings: changed }, invokersOf(before));
      expect(others(back)).toEqual(others(before.bindings));
      expect(invokersOf({ bindings: back }).sort()).toEqual(invokersOf(before).sort());
    }),
  );
});

test('members of several bindings of the role are taken out of each, and nobody is added twice', () => {
  const bindings = [
    { role: 'roles/run.invoker', members: ['allUsers', 'user:a@x.org'] },
    { role: 'roles/run.invoker', members: ['user:b@x.org'] },
  ];
  expect(withInvokers({ bindings }, ['user:b@x.org'])).toEqual([bindings[1]]);
  expect(withInvokers({ bindings }, ['user:c@x.org', 'user:a@x.org', 'user:b@x.org'])).toEqual([
    { role: 'roles/run.invoker', members: ['user:a@x.org', 'user:c@x.org'] },
    bindings[1],
  ]);
});
