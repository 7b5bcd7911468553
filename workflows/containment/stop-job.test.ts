import { expect, test } from 'vitest';
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

test('it names the kinds of trigger that it cannot pause, and who started the job so far', () => {
  const text = stopJob.build(exampleContext('job'))?.doesNotStop.join() ?? '';
  expect(text).toMatch(/Cloud Scheduler.*Eventarc/);
  expect(text).toContain('so far started by scheduler@shop-prod.iam.gserviceaccount.com');
});

test.each([
  ['nobody may run it by its own policy', exampleContext('job', { invokers: [] })],
  ['its policy could not be read', exampleContext('job', {}, ['invokers'])],
])('it is not offered where %s', (_words, context) => {
  expect(stopJob.build(context)).toBeNull();
});
