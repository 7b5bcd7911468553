import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import got from 'got';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { freePortBase } from '../local/ports.ts';
import type { Indicator, Reputation } from '../model/investigation.ts';
import { type EvidenceStore, evidenceStore } from '../runtime/evidence-store.ts';
import { portOffset } from '../sandbox/kernel/service.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { virusTotalActivities } from './virustotal.ts';

let folder: string;
let sandbox: Sandbox;
let evidence: EvidenceStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-virustotal-'));
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  evidence = evidenceStore(folder);
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => sandbox.control.clearCalls());

const address: Indicator = { kind: 'ip-address', value: '203.0.113.66', from: 'a reported connection' };
const file: Indicator = { kind: 'file', value: 'ab'.repeat(32), from: '/tmp/x' };

const activities = () =>
  virusTotalActivities({
    virusTotal: {
      url: `http://127.0.0.1:${sandbox.basePort + portOffset.virustotal}/api/v3`,
      apiKey: 'sandbox-key',
      perMinute: 100,
      perDay: 100,
    },
    evidence,
  });

/** Asks twice, as two cases do. */
async function asked(indicator: Indicator): Promise<Reputation | null | undefined> {
  const { lookUpReputation } = activities();
  const [first] = await lookUpReputation({ indicators: [indicator], patient: true });
  const [second] = await lookUpReputation({ indicators: [indicator], patient: true });
  expect(second).toEqual(first);
  return first;
}

async function answerWith(
  text: string,
  { indicator = address, status = 200, mediaType = 'application/json' } = {},
): Promise<void> {
  const kind = { file: 'files', 'ip-address': 'ip_addresses', domain: 'domains' }[indicator.kind];
  const json = { kind, id: indicator.value, status, mediaType, text };
  await got.put(`http://127.0.0.1:${sandbox.basePort}/virustotal/odd-answers`, { json });
}

function report(attributes: object, change: object = {}): string {
  return JSON.stringify({ data: { type: 'ip_address', id: address.value, attributes, ...change } });
}

const votes = { malicious: 7, suspicious: 1, harmless: 60, undetected: 24, timeout: 2 };

test.each([
  ['nothing', '', 'application/json', 'VirusTotal answered with nothing at all'],
  ['a page', '<!doctype html><p>Sign in</p>', 'text/html', 'a web page came instead of VirusTotal’s report; a proxy'],
  ['half of a report', report({ last_analysis_stats: votes }).slice(0, 40), 'application/json', 'is no report'],
  ['another object', '{"error":{"code":"NotFoundError"}}', 'application/json', 'is no report'],
  ['a list', '{"data":[]}', 'application/json', 'is no report'],
  ['null', 'null', 'application/json', 'is no report'],
  ['a report without statistics', report({}), 'application/json', 'without the counts of an analysis'],
  [
    'null for statistics',
    report({ last_analysis_stats: null }),
    'application/json',
    'without the counts of an analysis',
  ],
  [
    'counts as texts',
    report({ last_analysis_stats: { malicious: '7', harmless: 1 } }),
    'application/json',
    'without the counts',
  ],
  [
    'a report about a file',
    report({ last_analysis_stats: votes }, { type: 'file' }),
    'application/json',
    'about something else',
  ],
  [
    'a report about another address',
    report({ last_analysis_stats: votes }, { id: '203.0.113.9' }),
    'application/json',
    'about something else',
  ],
])(
  '%s with status 200 is unknown for a plain reason, asked once and no evidence',
  async (_, text, mediaType, reason) => {
    await answerWith(text, { mediaType });
    const answer = await asked(address);
    expect(answer).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining(reason) });
    expect(answer?.evidence).toBeUndefined();
    expect(answer?.reason).not.toMatch(/JSON|token|position|invalid|expected/i);
    expect(sandbox.control.calls({ role: 'virustotal' })).toHaveLength(1);
  },
);

test.each([302, 406, 451])('HTTP %i is unknown, and asked once', async (status) => {
  await answerWith('{}', { status });
  expect(await asked(address)).toMatchObject({
    verdict: 'unknown',
    reason: `VirusTotal answered HTTP ${status} instead of a report`,
  });
  expect(sandbox.control.calls({ role: 'virustotal' })).toHaveLength(1);
});

test('HTTP 503 is a failure that is tried again, and no answer', async () => {
  await answerWith('', { status: 503 });
  const { lookUpReputation } = activities();
  expect(await lookUpReputation({ indicators: [address], patient: false })).toEqual([null]);
  await expect(lookUpReputation({ indicators: [address], patient: true })).rejects.toThrow('VirusTotal: HTTP 503');
  await answerWith(report({ last_analysis_stats: votes }));
  expect(await lookUpReputation({ indicators: [address], patient: true })).toMatchObject([{ verdict: 'malicious' }]);
});

test.each([null, 0, -5, 1e20, 'yesterday'])('a date of %j is no date, and the verdict stands', async (date) => {
  await answerWith(report({ last_analysis_stats: votes, last_analysis_date: date }));
  const answer = await asked(address);
  expect(answer?.verdict).toBe('malicious');
  expect(answer?.analysedAt).toBeUndefined();
});

test('engines that never rated an address, or did not look, are not counted as if they had voted', async () => {
  await answerWith(report({ last_analysis_stats: votes, last_analysis_date: 1_790_000_000 }));
  expect(await asked(address)).toMatchObject({
    verdict: 'malicious',
    reason: '7 of 68 engines say malicious; 26 more give no verdict',
    analysedAt: '2026-09-21T14:13:20.000Z',
    evidence: { kind: 'reputation' },
  });
  await answerWith(report({ last_analysis_stats: { harmless: 0, undetected: 90, timeout: 4 } }));
  expect(await asked(address)).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining('no engine gives'),
  });
});

test('of a file, an engine that detects nothing has voted; one that does not read its type has not', async () => {
  const stats = { malicious: 41, undetected: 20, 'type-unsupported': 12, failure: 1, 'confirmed-timeout': 2 };
  const text = JSON.stringify({
    data: { type: 'file', id: file.value.toUpperCase(), attributes: { last_analysis_stats: stats } },
  });
  await answerWith(text, { indicator: file });
  expect(await asked(file)).toMatchObject({
    verdict: 'malicious',
    reason: '41 of 61 engines say malicious; 15 more give no verdict',
  });
});

test('of an address that VirusTotal spells otherwise the report is taken', async () => {
  const spelled = { ...address, value: '2001:db8::1' };
  const text = report({ last_analysis_stats: votes }, { id: '2001:DB8:0:0:0:0:0:1' });
  await answerWith(text, { indicator: spelled });
  expect(await asked(spelled)).toMatchObject({ verdict: 'malicious' });
});
