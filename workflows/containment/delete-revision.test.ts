import { expect, test } from 'vitest';
import { isIrreversible } from '../../model/plan.ts';
import { deleteRevision } from './delete-revision.ts';
import { exampleContext, exampleRevision } from './example-context.ts';
import type { RungContext } from './rung.ts';

/** The compromised revision neither serves nor is the newest. */
function retired(): RungContext {
  const traffic = [{ type: 'revision' as const, revision: 'web-00007', percent: 100 }];
  const template = { revision: 'web-00009', serviceAccount: '' };
  const context = exampleContext('service', { traffic, template });
  return {
    ...context,
    settings: { ...context.settings, latestReadyRevision: 'web-00009' },
    bad: exampleRevision('web-00008'),
  };
}

const steps = (context: RungContext) =>
  deleteRevision.build(context)?.actions.map(({ id, kind, change }) => [id, kind, ...Object.keys(change)]);

test('a retired revision is deleted, if it still serves nothing, and nothing gives it back', () => {
  const context = retired();
  const plan = deleteRevision.build({ ...context, good: null });
  expect(plan?.actions).toMatchObject([
    {
      kind: 'delete',
      target: { kind: 'service', name: 'web', revision: 'web-00008' },
      precondition: { exists: true, traffic: context.settings.fields.traffic },
      change: { exists: false },
      inverse: null,
    },
  ]);
});

test('one that serves loses its traffic first', () => {
  const context = retired();
  const traffic = [{ type: 'revision' as const, revision: 'web-00008', percent: 100 }];
  const fields = { ...context.settings.fields, traffic };
  const serving = { ...context, settings: { ...context.settings, fields } };
  expect(steps(serving)).toEqual([
    ['a1', 'update-service', 'traffic'],
    ['a2', 'delete', 'exists'],
  ]);
  expect(deleteRevision.build(serving)?.actions[1]?.precondition.traffic).toEqual([
    { type: 'revision', revision: 'web-00007', percent: 100 },
  ]);
});

test('one that is the newest is replaced by a copy of the known-good one first, since only retired revisions are deleted', () => {
  const context = exampleContext('service');
  expect(steps(context)).toEqual([
    ['a1', 'update-service', 'traffic'],
    ['a2', 'update-service', 'template'],
    ['a3', 'delete', 'exists'],
  ]);
  expect(deleteRevision.build(context)?.actions[1]?.change.template).toMatchObject({
    from: 'web-00007',
    revision: expect.stringMatching(/^web-fbd-[0-9a-f]{6}$/),
  });
});

test('a revision that only a tag reaches counts as one that serves', () => {
  const context = retired();
  expect(steps({ ...context, bad: exampleRevision('web-00008', { tags: ['preview'] }) })).toHaveLength(2);
});

test('every way of it is irreversible, and says so', () => {
  for (const context of [retired(), exampleContext('service')]) {
    const plan = deleteRevision.build(context);
    expect(plan !== null && isIrreversible(plan)).toBe(true);
    expect(plan?.undo).toMatch(/^It cannot be undone/);
  }
});

test.each<[string, RungContext]>([
  ['the compromised revision is not known', { ...retired(), bad: null }],
  ['it serves and nothing can take its place', { ...exampleContext('service'), good: null }],
])('it is not offered where %s', (_words, context) => {
  expect(deleteRevision.build(context)).toBeNull();
});
