import { expect, test } from 'vitest';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import { exampleContext } from './example-context.ts';
import { stopJob } from './stop-job.ts';

const scheduler = 'serviceAccount:scheduler@shop-prod.iam.gserviceaccount.com';

test('nobody may run it before what runs is cancelled, so that nothing starts in between', () => {
  expect(stopJob.build(exampleContext('job'))?.actions).toMatchObject([
    {
      id: 'a1',
      kind: 'set-invokers',
      precondition: { invokers: [scheduler] },
      change: { invokers: [] },
      inverse: { invokers: [scheduler] },
    },
    { id: 'a2', kind: 'cancel-executions' },
  ]);
});

const example = exampleContext('job');
const said = (schedules?: ResourceSettings['schedules']): string => {
  const { schedules: _, ...settings } = example.settings;
  const asked = { ...settings, ...(schedules && { schedules }) };
  return stopJob.build({ ...example, settings: asked })?.doesNotStop.join('\n') ?? '';
};

test('it names the schedules that go on asking, says that it pauses none, and who started the job so far', () => {
  const text = said(example.settings.schedules);
  expect(text).toContain('nightly-run in europe-west1 (0 2 * * *, Europe/Berlin, enabled)');
  expect(text).toContain('nightly-old in us-central1 (every 5 minutes, Etc/UTC, paused)');
  expect(text).toContain('Firebreak pauses none');
  expect(text).toContain('so far started by scheduler@shop-prod.iam.gserviceaccount.com');
});

test('that there is no schedule is said with where was looked, and what cannot be listed besides', () => {
  const none = { found: [], more: 0, locations: 37, notRead: 1, unread: 'asia-east1: UNAVAILABLE' };
  const text = said({ status: 'answered', value: none });
  expect(text).toContain('none that runs it was found where was looked');
  expect(text).toContain('37 locations of Cloud Scheduler read, 1 not');
  expect(text).toMatch(/workflows, services and pipelines .*Eventarc.* schedules of other projects cannot be listed/);
});

test.each<[string, (reason: string) => NonNullable<ResourceSettings['schedules']>]>([
  ['schedules are not known', (reason) => ({ status: 'failed', reason })],
  [
    'a location was not read',
    (unread) => ({ status: 'answered', value: { found: [], more: 0, locations: 37, notRead: 1, unread } }),
  ],
])('that %s is in the plan, and why is not: votes stand though the words of an error differ', (_, schedules) => {
  const text = said(schedules('Deadline exceeded after 2.003s'));
  expect(text).toMatch(/which are not known|37 locations of Cloud Scheduler read, 1 not/);
  expect(text).toBe(said(schedules('Deadline exceeded after 2.001s')));
});

test('settings from before schedules were read give the plan that they gave', () => {
  expect(said()).toMatch(
    /schedules \(Cloud Scheduler\), events \(Eventarc\), workflows and pipelines cannot be listed/,
  );
  expect(said().split('\n')).toHaveLength(3);
});

test('many schedules are counted', () => {
  const found = Array.from({ length: 8 }, (_, at) => ({
    name: `run-${at}`,
    location: 'europe-west1',
    state: 'enabled',
    cron: '* * * * *',
    timeZone: 'Etc/UTC',
  }));
  const text = said({ status: 'answered', value: { found, more: 4, locations: 38, notRead: 0, unread: '' } });
  expect(text).toContain('run-4');
  expect(text).not.toContain('run-5');
  expect(text).toContain('7 more');
});

test.each([
  ['nobody may run it by its own policy', exampleContext('job', { invokers: [] })],
  ['its policy could not be read', exampleContext('job', {}, ['invokers'])],
])('it is not offered where %s', (_words, context) => {
  expect(stopJob.build(context)).toBeNull();
});
