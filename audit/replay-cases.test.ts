import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { UserError } from '../runtime/errors.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { type AuditOptions, replayCases } from './replay-cases.ts';
import type { ReplayVerdict } from './replay-verdict.ts';
import { finishAuditedRun, startAuditedBench, startAuditedRun } from './test/audited-bench.ts';

let bench: Awaited<ReturnType<typeof startAuditedBench>>;

beforeAll(async () => {
  bench = await startAuditedBench(inject('temporalAddress'));
});

/** For runs that hold nothing signed and name no evidence. */
const unsigned: Pick<AuditOptions, 'roster' | 'evidence' | 'index'> = {
  roster: { type: 'firebreak.roster.v1', version: 1, issuedAt: '2026-01-01T00:00:00Z', approvers: [], workers: [] },
  evidence: evidenceStore('/nowhere'),
  index: { read: () => Promise.resolve(undefined) },
};

afterAll(() => bench.close());

test('runs on a real server replay from their fetched histories, ended and running ones', async () => {
  const { client, bundle } = bench;
  const running = await startAuditedRun(client, 'finding-running');
  await finishAuditedRun(await startAuditedRun(client, 'finding-ended'));
  const verdicts: ReplayVerdict[] = [];
  const ok = await replayCases(client, ['finding-ended', 'finding-running'], (verdict) => verdicts.push(verdict), {
    ...unsigned,
    bundle,
  });
  expect(verdicts).toMatchObject([
    {
      case: 'finding-ended',
      ok: true,
      closed: true,
      builds: { ran: [bundle.buildId], replayed: bundle.buildId },
    },
    { case: 'finding-running', ok: true, closed: false },
  ]);
  expect(ok).toBe(true);
  await running.terminate('the test is over');
});

test('one that diverges makes the answer false, and the others are replayed all the same', async () => {
  const { client, bundle } = bench;
  await Promise.all(
    ['finding-first', 'finding-second'].map(async (id) => finishAuditedRun(await startAuditedRun(client, id))),
  );
  const verdicts: ReplayVerdict[] = [];
  const changed = { ...bundle, code: bundle.code.replace('depth: 2', 'depth: 3') };
  expect(
    await replayCases(client, ['finding-first', 'finding-second'], (verdict) => verdicts.push(verdict), {
      ...unsigned,
      bundle: changed,
    }),
  ).toBe(false);
  expect(verdicts.map(({ case: id, ok }) => [id, ok])).toEqual([
    ['finding-first', false],
    ['finding-second', false],
  ]);
});

test('an earlier run is replayed when it is named', async () => {
  const { client, bundle } = bench;
  const first = await startAuditedRun(client, 'finding-again');
  await finishAuditedRun(first);
  const second = await startAuditedRun(client, 'finding-again');
  const runs: string[] = [];
  const report = ({ run }: ReplayVerdict) => void runs.push(run);
  await replayCases(client, ['finding-again'], report, { ...unsigned, bundle });
  await replayCases(client, ['finding-again'], report, { ...unsigned, bundle, run: first.firstExecutionRunId });
  expect(runs).toEqual([second.firstExecutionRunId, first.firstExecutionRunId]);
  await second.terminate('the test is over');
});

test('a case that Temporal does not have is an error for people', async () => {
  await expect(
    replayCases(bench.client, ['finding-none'], () => {}, { ...unsigned, bundle: bench.bundle }),
  ).rejects.toThrow(UserError);
});

test('the recorder in a live worker says nothing: no sink is missed', () => {
  expect(bench.logged.filter((message) => /sink/i.test(message))).toEqual([]);
});
