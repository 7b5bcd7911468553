import { expect, test } from 'vitest';
import type { ResourceSettings } from '../../model/cloud-run.ts';
import { proposalFor } from './fixtures/world.ts';

const category = 'Impact: Cryptomining Commands';
const schedule = {
  name: 'nightly-run',
  location: 'us-central1',
  state: 'enabled',
  cron: '0 2 * * *',
  timeZone: 'Etc/UTC',
};
const todo = (schedules: ResourceSettings['schedules']): string =>
  proposalFor(
    { category },
    { kind: 'job', settings: schedules === undefined ? {} : { schedules } },
  ).assessment.todo.join('\n');

test('people are told which schedules to pause, and not those that are', () => {
  const found = [schedule, { ...schedule, name: 'nightly-old', state: 'paused' }];
  const text = todo({ status: 'answered', value: { found, more: 0, locations: 2, notRead: 0, unread: '' } });
  expect(text).toMatch(
    /Pause .* Firebreak pauses none: schedule nightly-run in us-central1 \(0 2 \* \* \*, Etc\/UTC, enabled\)/,
  );
  expect(text).not.toContain('nightly-old');
});

test.each([undefined, { status: 'failed', reason: 'PERMISSION_DENIED' } as const])(
  'where no schedule is known, people are told to pause none (%o)',
  (schedules) => {
    expect(todo(schedules)).not.toContain('Pause');
  },
);
