import { expect, test } from 'vitest';
import type { Fields } from '../model/fields.ts';
import { exampleContext } from '../workflows/containment/example-context.ts';
import { whatIsSeen } from './watch.ts';

const related = { from: '2026-11-20T10:00:00Z' } as Parameters<typeof whatIsSeen>[0]['related'];
const seen = (kind: 'service' | 'job' | 'workerPool', left: Fields, now: object) =>
  whatIsSeen({ left, related }, { ...exampleContext(kind).settings, ...now });
const execution = (createTime: string) => ({ name: 'nightly-1', createTime, creator: 'cron@p.iam', running: false });

test.each([
  ['a job that runs', 'job', { running: [] }, { fields: { running: ['nightly-2'] } }, /it runs again: nightly-2/],
  [
    'a job that ran and ended between two looks',
    'job',
    { running: [] },
    { fields: { running: [] }, executions: [execution('2026-11-20T10:00:05Z')] },
    /it ran again: nightly-1 at .* started by cron@p\.iam/,
  ],
  [
    'a worker pool that was scaled up',
    'workerPool',
    { scaling: { mode: 'manual', manual: 0 } },
    { fields: { scaling: { mode: 'manual', manual: 2 } } },
    /reverted: scaling is manual, 2 instances instead of manual, 0 instances/,
  ],
  [
    'invokers who are back',
    'job',
    { invokers: [] },
    { fields: { invokers: ['allUsers'] } },
    /reverted: invokers is allUsers/,
  ],
  [
    'a service that was deleted, made anew',
    'service',
    { exists: false },
    { fields: { exists: true } },
    /reverted: exists is yes instead of no/,
  ],
] as const)('%s is seen, and said', (_what, kind, left, now, words) => {
  expect(seen(kind, left as Fields, now)).toMatch(words);
});

test('a resource that is as it was left is no alarm, nor is what ran before', () => {
  expect(
    seen('job', { running: [] }, { fields: { running: [] }, executions: [execution('2026-11-20T09:00:00Z')] }),
  ).toBe(undefined);
  expect(
    seen('workerPool', { scaling: { mode: 'manual', manual: 0 } }, { fields: { scaling: { mode: 'manual' } } }),
  ).toBe(undefined);
});

test.each([
  ['stopped, though its split was left as it is', 'workerPool', { scaling: { mode: 'manual', manual: 0 } }, undefined],
  [
    'taken out of the traffic',
    'service',
    { traffic: [{ type: 'revision', revision: 'web-1', percent: 100 }] },
    'web-2',
  ],
  ['left to follow the latest', 'service', { traffic: [{ type: 'latest', percent: 100 }] }, undefined],
] as const)(
  'a compromised revision that was %s serves again only where it was taken out',
  (_how, kind, left, again) => {
    const { settings } = exampleContext(kind);
    const revisions = [{ name: 'web-2', percent: 100, tags: [] }] as never;
    const now = { ...settings, fields: { ...settings.fields, ...left }, revisions };
    const words = whatIsSeen({ left, revision: 'web-2', related }, now);
    expect(words).toBe(again && `${again} serves again`);
  },
);
