import { expect, test } from 'vitest';
import type { TypedFlag } from '../../model/settings-flag.ts';
import { flagWords } from './flag-words.ts';

const schedule = { name: 'nightly', location: 'eu', state: 'enabled', cron: '0 2 * * *', timeZone: 'UTC' };
const schedules = {
  status: 'answered',
  value: { found: [schedule], more: 0, locations: 1, notRead: 0, unread: '' },
} as const;

test.each<[TypedFlag, string, string]>([
  [
    { id: 'changed-by-own-account', created: true, changedLast: true, names: ['web-2'], more: 1 },
    'The workload’s own account has changed it',
    'created it, changed it last, made web-2 and 1 more',
  ],
  [
    {
      id: 'deployed-before-first-sign',
      deployments: [{ name: 'web-9', time: '2026-11-21T11:30:00.000Z', by: '' }],
      more: 0,
    },
    'Deployed within the hour before the first sign',
    'web-9 at 2026-11-21T11:30:00.000Z by nobody known',
  ],
  [
    { id: 'starters-unknown', reason: 'PERMISSION_DENIED' },
    'What starts it cannot be listed',
    'Cloud Run does not know the schedules, workflows and pipelines that run a job: look for them elsewhere (PERMISSION_DENIED)',
  ],
  [{ id: 'scheduled' }, 'Schedules run it', 'nightly in eu (0 2 * * *, UTC, enabled)'],
])('%j', (flag, text, reason) => {
  expect(flagWords(flag, { schedules })).toEqual({ text, reason });
});
