import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ArchiveEntry } from '../model/archive-entry.ts';
import { readRoleKey } from '../runtime/first-trust.ts';
import { newSigningKey, signJson } from '../runtime/signatures.ts';
import { requestIdOf } from '../model/request-id.ts';
import { deliver, type Delivery } from './start-case.ts';
import { startBench, startStandIn, type Bench } from './test/bench.ts';
import { caseInput, closeCase, endCase, newestRun, signalsOf } from './test/cases.ts';
import type { Ending } from './test/stand-in-case.ts';
import { caseOf, newFindingId, notification, type News } from './test/notifications.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
  await startStandIn(bench);
});

afterAll(() => bench.close());

const send = (id: string, news: News = {}): Promise<Delivery> => deliver(notification(id, news), bench.tools);

const t0 = '2026-11-20T10:00:00.500Z';
const t1 = '2026-11-20T10:05:00Z';
const t2 = '2026-11-20T10:10:00Z';
const t3 = '2026-11-20T10:15:00Z';

/** An end as observe signs it, but for its case and run. */
const closing = {
  type: 'firebreak.index.v1',
  state: 'contained',
  mode: 'live',
  fingerprint: 'e'.repeat(64),
  closedAt: t1,
} as const;

/** The request id of a notification. */
const requestId = (id: string, news: News = {}): string => {
  const { finding, fingerprint } = notification(id, news);
  return requestIdOf(finding.caseId, { ...finding, fingerprint });
};

/** A case that was started at t0 and closed as business with what is said, and the run. */
async function closedCase(id: string, ending: Partial<Ending> = {}): Promise<string> {
  const { run } = await send(id);
  const { fingerprint } = notification(id);
  await closeCase(bench, caseOf(id), { state: 'contained', watermark: t1, fingerprint, ...ending });
  return run;
}

test('step 3: the first notification starts the case, with everything that people and the workflow need', async () => {
  const id = newFindingId();
  const parsed = notification(id);
  const { outcome, run, caseId } = await send(id);
  expect({ outcome, caseId }).toEqual({ outcome: 'started', caseId: caseOf(id) });
  const input = await caseInput(bench, caseId, run);
  expect(input).toMatchObject({
    submitted: false,
    times: bench.tools.times,
    observation: { eventTime: t0, state: 'ACTIVE', mute: 'UNDEFINED', fingerprint: parsed.fingerprint },
  });
  expect(input).not.toHaveProperty('reopens');
  const described = await bench.client.workflow.getHandle(caseId).describe();
  expect(described.memo).toEqual({ fingerprint: parsed.fingerprint });
  expect(described.searchAttributes).toMatchObject({
    CaseState: ['investigating'],
    Severity: ['CRITICAL'],
    Category: ['Reverse Shell'],
    Project: ['rhea-prod-4421'],
    Resource: ['storefront'],
    Updated: [expect.any(Date)],
  });
  expect(await described.staticSummary()).toBe('Reverse Shell on service storefront in europe-west1');
});

test('step 1: the document is in the evidence store without environment values, and the start names it', async () => {
  const id = newFindingId();
  const { caseId, run } = await send(id);
  const { observation } = await caseInput(bench, caseId, run);
  const stored = (await bench.tools.evidence.get(observation.document.sha256)).toString('utf8');
  expect(JSON.parse(stored)).toMatchObject({
    finding: { processes: [{ envVariables: [{ name: 'API_TOKEN', val: '[removed]' }] }] },
  });
});

test('step 3: hostile text reaches search attributes and summary as "other"', async () => {
  const id = newFindingId();
  const { caseId } = await send(id, { category: '[click](http://192.0.2.1/)\u001b[2J' });
  const described = await bench.client.workflow.getHandle(caseId).describe();
  expect(described.searchAttributes).toMatchObject({ Category: ['other'] });
  expect(await described.staticSummary()).toBe('other on service storefront in europe-west1');
});

test('step 3: news for a running case is one signal; its redelivery is none', async () => {
  const id = newFindingId();
  const { run } = await send(id);
  expect(await send(id, { eventTime: t1 })).toMatchObject({ outcome: 'signalled', run });
  expect(await send(id, { eventTime: t1 })).toMatchObject({ outcome: 'signalled', run });
  // A signal that comes while the worker has a task is kept beside the history until the task is done.
  await expect.poll(() => signalsOf(bench, caseOf(id), run)).toEqual([t0, t1]);
});

test('the request id is the same for the same instant however it is written, and differs in state, mute, content and name', () => {
  const id = newFindingId();
  expect(requestId(id, { eventTime: '2026-11-20T12:00:00.5+02:00' })).toBe(requestId(id, { eventTime: t0 }));
  const name = `organizations/100000000001/sources/7700/findings/${id}`;
  const others = [{}, { eventTime: t1 }, { state: 'INACTIVE' }, { mute: 'MUTED' }, { description: 'more' }, { name }];
  expect(new Set(others.map((news) => requestId(id, news))).size).toBe(6);
});

test('step 3: a terminated run is restarted; FAILED_ONLY does not restart a completed one', async () => {
  const id = newFindingId();
  const { run } = await send(id);
  await bench.client.workflow.getHandle(caseOf(id)).terminate('test');
  const restarted = await send(id, { eventTime: t1 });
  expect(restarted.outcome).toBe('started');
  expect(restarted.run).not.toBe(run);
  await closeCase(bench, caseOf(id), { state: 'failed', watermark: t1 });
  expect(await send(id, { eventTime: t1 })).toEqual({ ...restarted, outcome: 'archived' });
});

test.each([
  ['a redelivery of what started it', {}],
  ['an echo of our own mark that did not move eventTime', { marks: { 'firebreak-case': 'x' } }],
  ['an echo of our own mark that moved eventTime', { eventTime: t1, marks: { 'firebreak-case': 'x' } }],
  [
    'an echo at the same instant, written with nanoseconds and an offset',
    { eventTime: '2026-11-20T11:05:00.000000000+01:00', description: 'reads differently' },
  ],
  ['a newer one that is muted', { eventTime: t2, mute: 'MUTED', description: 'changed' }],
  ['a newer one that is not active', { eventTime: t2, state: 'INACTIVE', description: 'changed' }],
] satisfies [string, News][])('steps 2 and 4: %s never reopens a closed case', async (_name, news) => {
  const id = newFindingId();
  const run = await closedCase(id);
  // What the index covers is told by it alone; for the rest the run itself is looked at.
  const outcome = 'eventTime' in news && news.eventTime === t2 ? 'echo' : 'archived';
  expect(await send(id, news)).toMatchObject({ outcome, run });
  expect(await newestRun(bench, caseOf(id))).toBe(run);
});

test('step 5: a newer activation that says what the closed run saw is counted as unchanged', async () => {
  const id = newFindingId();
  const run = await closedCase(id);
  expect(await send(id, { eventTime: t2 })).toMatchObject({ outcome: 'unchanged', run });
});

test('step 5: what is counted as unchanged leaves a note with the run, once for each time', async () => {
  const id = newFindingId();
  const run = await closedCase(id);
  await send(id, { eventTime: t2 });
  await send(id, { eventTime: t2 });
  expect(await bench.tools.rests.read(caseOf(id))).toMatchObject({ run, activeSeen: { eventTime: t2, times: 1 } });
  await send(id, { eventTime: t3 });
  expect(await bench.tools.rests.read(caseOf(id))).toMatchObject({ run, activeSeen: { eventTime: t3, times: 2 } });
});

test.each(['expired', 'failed'] as const)(
  'step 5: a newer activation of a case that %s opens it again',
  async (state) => {
    const id = newFindingId();
    const run = await closedCase(id, { state });
    expect(await send(id)).toMatchObject({ outcome: 'archived', run });
    const reopened = await send(id, { eventTime: t2 });
    expect(reopened.outcome).toBe('reopened');
    expect(await caseInput(bench, caseOf(id), reopened.run)).toMatchObject({ reopens: run, before: { state } });
  },
);

test('step 6: a newer activation that says something else reopens, and the new run names the old one', async () => {
  const id = newFindingId();
  const run = await closedCase(id);
  const reopened = await send(id, { eventTime: '2026-11-20T10:05:00.000000001Z', description: 'another socket' });
  expect(reopened.outcome).toBe('reopened');
  expect(reopened.run).not.toBe(run);
  expect(await caseInput(bench, caseOf(id), reopened.run)).toMatchObject({ reopens: run });
});

test('step 6: after an INACTIVE that came after closing, the same finding active again reopens', async () => {
  const id = newFindingId();
  await closedCase(id);
  expect(await send(id, { eventTime: t2, state: 'INACTIVE' })).toMatchObject({ outcome: 'echo' });
  expect(await bench.tools.rests.read(caseOf(id))).toMatchObject({ inactiveSeen: t2 });
  expect(await send(id, { eventTime: t3 })).toMatchObject({ outcome: 'reopened' });
});

test('step 5: an INACTIVE from before the watermark that is delivered late is no sign of rest', async () => {
  const id = newFindingId();
  await closedCase(id);
  expect(await send(id, { eventTime: '2026-11-20T10:02:00Z', state: 'INACTIVE' })).toMatchObject({
    outcome: 'archived',
  });
  expect(await bench.tools.rests.read(caseOf(id))).toBeUndefined();
  expect(await send(id, { eventTime: t2 })).toMatchObject({ outcome: 'unchanged' });
});

test('step 6: a case that was withdrawn because SCC had it resolved is reopened by the next activation', async () => {
  const id = newFindingId();
  await closedCase(id, { state: 'withdrawn' });
  expect(await send(id, { eventTime: t2 })).toMatchObject({ outcome: 'reopened' });
});

test('step 4: a run that SCC never said anything to takes the very same message for an echo, and any other for news', async () => {
  const id = newFindingId();
  const { run } = await send(id);
  await closeCase(bench, caseOf(id), { state: 'dismissed', seen: [requestId(id)] });
  expect(await send(id)).toMatchObject({ outcome: 'archived', run });
  const again = await send(id, { eventTime: '2026-11-20T09:00:00Z' });
  expect(again.outcome).toBe('reopened');
  expect(await caseInput(bench, caseOf(id), again.run)).toMatchObject({ reopens: run, before: { state: 'dismissed' } });
});

test('step 2: the same from the archive index, when Temporal has forgotten the case', async () => {
  const id = newFindingId();
  const entry = { ...closing, case: caseOf(id), run: 'run-of-old', state: 'dismissed' } as const;
  await bench.index.write({ ...entry, seen: [requestId(id)] });
  expect(await send(id)).toMatchObject({ outcome: 'archived', run: 'run-of-old' });
  expect(await send(id, { eventTime: t1 })).toMatchObject({ outcome: 'started' });
});

test('two organizations with the same last two segments are two cases', async () => {
  const id = newFindingId();
  const ours = await send(id);
  const theirs = await send(id, { name: `organizations/100000000009/sources/7700/locations/global/findings/${id}` });
  expect([ours.outcome, theirs.outcome]).toEqual(['started', 'started']);
  expect(theirs.caseId).not.toBe(ours.caseId);
});

test('organization and project names of one finding are one case', async () => {
  const id = newFindingId();
  const canonicalName = `projects/300000000003/sources/7700/locations/global/findings/${id}`;
  const first = await send(id, { canonicalName });
  expect(await send(id, { name: canonicalName })).toEqual({ ...first, outcome: 'signalled' });
  expect(await send(id, { name: canonicalName.replace('/locations/global', '') })).toMatchObject({ run: first.run });
});

test('an INACTIVE after a run that changed nothing keeps what an earlier run changed', async () => {
  const id = newFindingId();
  await closedCase(id);
  const record = 'a'.repeat(64);
  await bench.index.write({ ...closing, case: caseOf(id), run: 'an-earlier-run', watermark: t0, record });
  await send(id, { eventTime: t2, state: 'INACTIVE' });
  expect(await bench.tools.rests.read(caseOf(id))).toMatchObject({ inactiveSeen: t2 });
  expect(await bench.tools.archive.read(caseOf(id))).toMatchObject({ record });
});

test('step 4: a run that anybody completed counts for nothing, whatever its memo says: an activation opens the case again', async () => {
  const id = newFindingId();
  const { run } = await send(id);
  const { fingerprint } = notification(id);
  await endCase(bench, caseOf(id), { state: 'contained', watermark: '9999-01-01T00:00:00Z', fingerprint });
  const again = await send(id, { eventTime: t1 });
  expect(again.outcome).toBe('reopened');
  expect(await caseInput(bench, caseOf(id), again.run)).toMatchObject({ reopens: run });
});

test('a run that was terminated is not followed by what is signed of the one before it', async () => {
  const id = newFindingId();
  await closedCase(id);
  const second = await send(id, { eventTime: t2, description: 'another socket' });
  await bench.client.workflow.getHandle(caseOf(id)).terminate('test');
  const third = await send(id, { eventTime: t3 });
  const input = await caseInput(bench, caseOf(id), third.run);
  expect(input).toMatchObject({ reopens: second.run });
  expect(input).not.toHaveProperty('before');
});

test.each([
  ['without a signature', 'unsigned'],
  ['signed by nobody on the roster', 'foreign'],
  ['of another case', 'other'],
] as const)('step 2: an entry of the index %s swallows no finding, and is named', async (_name, how) => {
  const id = newFindingId();
  const path = join(bench.paths.archiveIndex, `${caseOf(id)}.json`);
  await mkdir(bench.paths.archiveIndex, { recursive: true });
  const entry: ArchiveEntry = {
    ...closing,
    case: how === 'other' ? 'finding-p1-1-other' : caseOf(id),
    run: 'r',
    watermark: '2099-01-01T00:00:00Z',
  };
  const key = how === 'foreign' ? await newSigningKey('observe') : await readRoleKey(bench.paths, 'observe');
  const content = how === 'unsigned' ? entry : await signJson(entry, 'firebreak.index.v1', key);
  await writeFile(path, JSON.stringify(content));
  await expect(send(id)).rejects.toThrow(path);
  expect(await newestRun(bench, caseOf(id))).toBeUndefined();
});

test('step 2: what the archive index knows to be older is acknowledged, also when Temporal has forgotten the case', async () => {
  const id = newFindingId();
  const caseId = caseOf(id);
  await bench.index.write({ ...closing, case: caseId, run: 'run-of-old', watermark: t1 });
  expect(await send(id)).toEqual({ outcome: 'archived', caseId, run: 'run-of-old' });
  expect(await send(id, { eventTime: t1 })).toMatchObject({ outcome: 'archived' });
  expect(await newestRun(bench, caseId)).toBeUndefined();
  const again = await send(id, { eventTime: t2 });
  expect(again.outcome).toBe('started');
  expect(await caseInput(bench, caseId, again.run)).toMatchObject({ reopens: 'run-of-old' });
});

test('step 2: an archive entry that cannot be read is not guessed over', async () => {
  const id = newFindingId();
  const tools = {
    ...bench.tools,
    archive: { ...bench.tools.archive, read: () => Promise.reject(new Error('damaged')) },
  };
  await expect(deliver(notification(id), tools)).rejects.toThrow('damaged');
  expect(await newestRun(bench, caseOf(id))).toBeUndefined();
});

test('promise 1: 50 concurrent deliveries of 5 activations reopen a closed case once', async () => {
  const id = newFindingId();
  const old = await closedCase(id);
  const times = [1, 2, 3, 4, 5].map((second) => `2026-11-20T11:00:0${second}Z`);
  const news = times.flatMap((eventTime) =>
    Array.from({ length: 10 }, () => ({ eventTime, description: 'another socket' })),
  );
  const deliveries = await Promise.all(news.map((each) => send(id, each)));
  const runs = [...new Set(deliveries.map(({ run }) => run))];
  expect(runs).toEqual([await newestRun(bench, caseOf(id))]);
  expect(runs).not.toContain(old);
  expect(deliveries.filter(({ outcome }) => outcome === 'reopened').length).toBeGreaterThan(0);
});

test('promise 1: 100 concurrent deliveries of 5 notifications, with no worker, are one run and one signal each', async () => {
  const id = newFindingId();
  const times = [1, 2, 3, 4, 5].map((second) => `2026-11-20T11:00:0${second}Z`);
  const tools = { ...bench.tools, taskQueue: 'nobody-polls' };
  const deliveries = await Promise.all(
    Array.from({ length: 100 }, (_, index) => deliver(notification(id, { eventTime: times[index % 5]! }), tools)),
  );
  const [run, ...others] = new Set(deliveries.map((each) => each.run));
  expect(others).toEqual([]);
  expect((await signalsOf(bench, caseOf(id), run!)).toSorted()).toEqual(times);
});
