import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import { schedulerClient } from '../runtime/google-clients.ts';
import type { ScheduleDescription } from '../sandbox/cloud-scheduler/schedules.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { scheduleLister } from './job-schedules.ts';

const job = { project: 'rhea-prod-4421', location: 'europe-west1', name: 'nightly' };
const number = '481516234200';
const uri = `https://run.googleapis.com/v2/projects/${job.project}/locations/${job.location}/jobs/${job.name}:run`;
const usual = { project: job.project, location: job.location, schedule: '0 2 * * *', uri };

let sandbox: Sandbox;
let scheduler: Awaited<ReturnType<typeof schedulerClient>>;
beforeAll(async () => {
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  scheduler = await schedulerClient({ host: '127.0.0.1', port: sandbox.basePort });
});
afterAll(async () => {
  await scheduler.close();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.control.clearFaults();
  sandbox.control.clearCalls();
  const kept = sandbox.control.section<{ schedules: Record<string, unknown> }>('cloud-scheduler', () => ({
    schedules: {},
  }));
  kept.value.schedules = {};
});

const seed = (...schedules: (Partial<ScheduleDescription> & { readonly name: string })[]): void =>
  schedules.forEach((schedule) => sandbox.control.seedSchedule({ ...usual, ...schedule }));
const ask = (of = job) => scheduleLister(scheduler)(of);
const calls = (method: string) => sandbox.control.calls({ method });

test('what runs the job is named with its time, time zone and state, wherever it is and however it names the project', async () => {
  seed(
    { name: 'a-paused-one', state: 'PAUSED' },
    { name: 'elsewhere', location: 'asia-east1', schedule: 'every 5 minutes', timeZone: 'Europe/Berlin' },
    { name: 'by-number', uri: uri.replace(job.project, number) },
    {
      name: 'by-v1',
      uri: `https://europe-west1-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/${number}/jobs/nightly:run`,
    },
  );
  const answer = await ask({ ...job, name: 'Nightly' });
  expect(answer).toMatchObject({ status: 'answered', value: { more: 0, locations: 3, notRead: 0, unread: '' } });
  expect(answer.status === 'answered' && answer.value.found).toEqual([
    { name: 'elsewhere', location: 'asia-east1', state: 'enabled', cron: 'every 5 minutes', timeZone: 'Europe/Berlin' },
    { name: 'by-number', location: 'europe-west1', state: 'enabled', cron: '0 2 * * *', timeZone: 'Etc/UTC' },
    { name: 'by-v1', location: 'europe-west1', state: 'enabled', cron: '0 2 * * *', timeZone: 'Etc/UTC' },
    { name: 'a-paused-one', location: 'europe-west1', state: 'paused', cron: '0 2 * * *', timeZone: 'Etc/UTC' },
  ]);
});

test('what does something else, or runs another job, is not named', async () => {
  seed(
    { name: 'looks-only', httpMethod: 'GET' },
    { name: 'other-job', uri: uri.replace('nightly', 'nightly-2') },
    { name: 'other-place', uri: uri.replace('europe-west1', 'us-central1') },
    { name: 'other-project', uri: uri.replace(job.project, 'rhea-test') },
    { name: 'a-page', uri: 'https://shop.example/nightly:run' },
  );
  expect(await ask()).toEqual({
    status: 'answered',
    value: { found: [], more: 0, locations: 2, notRead: 0, unread: '' },
  });
});

test('a schedule without a method runs the job too, since its default is POST', async () => {
  seed({ name: 'by-default', httpMethod: 'HTTP_METHOD_UNSPECIFIED' });
  expect(await ask()).toMatchObject({ status: 'answered', value: { found: [{ name: 'by-default' }] } });
});

test('a location with more pages than are read counts as not read, with what was found in it', async () => {
  seed({ name: 'a-first' }, { name: 'z-last' });
  seed(...Array.from({ length: 5_000 }, (_, at) => ({ name: `run-${at}`, uri: 'https://shop.example/' })));
  expect(await ask()).toMatchObject({
    status: 'answered',
    value: {
      found: [{ name: 'a-first' }],
      more: 0,
      locations: 1,
      notRead: 1,
      unread: 'europe-west1: more than 10 pages',
    },
  });
});

test('many are counted, and their texts can neither hide nor fill anything', async () => {
  seed(...Array.from({ length: 600 }, (_, at) => ({ name: `run-${at}` })));
  seed({ name: 'a', schedule: `\u001b[2J${'x'.repeat(2_000)}`, timeZone: 'Etc/\u202eUTC' });
  const answer = await ask();
  expect(answer).toMatchObject({ status: 'answered', value: { more: 591 } });
  expect(answer.status === 'answered' && answer.value.found).toHaveLength(10);
  const text = JSON.stringify(answer);
  expect(text.length).toBeLessThan(3_000);
  expect(text).toContain('u{1b}[2J');
  expect(text).not.toMatch(/\u202e/);
});

test.each(['PERMISSION_DENIED', 'UNIMPLEMENTED', 'NOT_FOUND', 'UNAVAILABLE'])(
  'locations answered with %s make it not known, are not asked for again, and it says why',
  async (code) => {
    sandbox.control.fault({ method: 'Locations/ListLocations', code });
    expect(await ask()).toEqual({ status: 'failed', reason: expect.stringContaining(code) });
    expect(calls('Locations/ListLocations')).toHaveLength(1);
  },
);

test('lists that no location gives make it not known, and each is asked for once', async () => {
  sandbox.control.fault({ method: 'CloudScheduler/ListJobs', code: 'PERMISSION_DENIED', count: 2 });
  expect(await ask()).toEqual({ status: 'failed', reason: expect.stringContaining('PERMISSION_DENIED') });
  expect(calls('CloudScheduler/ListJobs')).toHaveLength(2);
});

test('one location that does not answer is named, and hides nothing of the others', async () => {
  seed({ name: 'nightly-run' });
  sandbox.control.fault({ method: 'CloudScheduler/ListJobs', code: 'UNAVAILABLE', count: 1 });
  const answer = await ask();
  expect(answer).toMatchObject({ status: 'answered', value: { locations: 1, notRead: 1 } });
  expect(answer.status === 'answered' && answer.value.unread).toMatch(/^(europe-west1|us-central1): .*UNAVAILABLE/);
});

test('cases that ask together about jobs of one project cost one read', async () => {
  const schedulesOf = scheduleLister(scheduler);
  await Promise.all([job, job, { ...job, name: 'hourly' }].map(schedulesOf));
  expect(calls('Locations/ListLocations')).toHaveLength(1);
  expect(calls('CloudScheduler/ListJobs')).toHaveLength(2);
});
