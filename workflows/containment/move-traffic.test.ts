import { expect, test } from 'vitest';
import { exampleContext, exampleRevision } from './example-context.ts';
import { moveTraffic } from './move-traffic.ts';

test('the compromised revision loses its traffic and its tags, also as the latest; tags of others stay', () => {
  const traffic = [
    { type: 'latest' as const, percent: 100, tag: 'live' },
    { type: 'revision' as const, revision: 'web-00008', percent: 0, tag: 'preview' },
    { type: 'revision' as const, revision: 'web-00006', percent: 0, tag: 'old' },
  ];
  const plan = moveTraffic.build(exampleContext('service', { traffic }));
  expect(plan?.actions[0]?.change.traffic).toEqual([
    { type: 'revision', revision: 'web-00007', percent: 100 },
    { type: 'revision', revision: 'web-00006', percent: 0, tag: 'old' },
  ]);
  expect(plan?.breaks).toContain('tagged addresses stop answering: live, preview');
});

test('it says that an open shell goes on', () => {
  expect(moveTraffic.build(exampleContext('service'))?.doesNotStop.join()).toContain('open shell');
});

test('without a known-good revision it is not offered', () => {
  expect(moveTraffic.build({ ...exampleContext('service'), good: null })).toBeNull();
});

test('a revision that is newer than the compromised one is named with who deployed it, since it may be the fix', () => {
  const context = exampleContext('service');
  const fix = exampleRevision('web-00009', { createTime: '2026-11-20T09:30:00Z', creator: 'ana@shop.example' });
  const settings = { ...context.settings, revisions: [fix, ...context.settings.revisions] };
  const newer = /web-00009 .*2026-11-20T09:30:00Z by ana@shop\.example.* is newer than web-00008 and gets no traffic/;
  expect(moveTraffic.build({ ...context, settings })?.breaks.join()).toMatch(newer);
  expect(moveTraffic.build(context)?.breaks.join()).not.toContain('is newer');
});
