import { expect, test } from 'vitest';
import { evict } from './evict.ts';
import { exampleContext } from './example-context.ts';

const context = exampleContext('service');
const good = [{ type: 'revision', revision: 'web-00007', percent: 100 }];
const none = { mode: 'manual', manual: 0 };

test('traffic goes to the known-good revision, all tags come off, and no instance lives on', () => {
  expect(evict.build(context)?.actions[0]).toMatchObject({ when: 'at-once', change: { traffic: good, scaling: none } });
});

test('a revision that only a tag reaches loses the tag, and the plan names the addresses that stop answering', () => {
  const traffic = [
    { type: 'revision' as const, revision: 'web-00007', percent: 100 },
    { type: 'revision' as const, revision: 'web-00008', percent: 0, tag: 'preview' },
  ];
  const plan = evict.build(exampleContext('service', { traffic }));
  expect(plan?.actions[0]?.change.traffic).toEqual(good);
  expect(plan?.breaks).toContain('tagged addresses stop answering: preview');
});

test('after quiet the scaling comes back with both counts, so that none is inherited from the manual 0', () => {
  expect(evict.build(context)?.actions[1]).toMatchObject({
    when: 'after-quiet',
    precondition: { traffic: good, scaling: none },
    change: { scaling: { mode: 'automatic', min: 0, max: 20 } },
  });
});

test('where no counts were set, Cloud Run’s own come back', () => {
  const plan = evict.build(exampleContext('service', { scaling: { mode: 'automatic' } }));
  expect(plan?.actions[1]?.change.scaling).toEqual({ mode: 'automatic', min: 0, max: 100 });
});

test('the scaling that comes back is the one before the case changed anything', () => {
  const stopped = exampleContext('service', { scaling: { mode: 'manual', manual: 0 } });
  const plan = evict.build({ ...stopped, baseline: { scaling: { mode: 'automatic', min: 1, max: 5 } } });
  expect(plan?.actions[1]?.change.scaling).toEqual({ mode: 'automatic', min: 1, max: 5 });
});

test('without a known-good revision it is not offered', () => {
  expect(evict.build({ ...context, good: null })).toBeNull();
});
