import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, sha256Hex } from '../model/digest.ts';
import type { Json } from '../model/json.ts';
import { redact } from '../model/redact.ts';
import { parseFindings } from '../model/parse-finding.ts';
import { intakeFolders } from '../runtime/archive-index.ts';
import { createCounters } from './counters.ts';
import { deadLetterFolder } from './dead-letters.ts';
import { handleMessage, retryDeadLetter, type HandlingTools } from './handle-message.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { startBench, type Bench } from './test/bench.ts';
import { caseInput, newestRun } from './test/cases.ts';
import { caseOf, newFindingId, notificationText, parents } from './test/notifications.ts';

let bench: Bench;
let tools: HandlingTools;
let folders = 0;

beforeAll(async () => {
  bench = await startBench();
  const openedFolder = intakeFolders(bench.paths.archiveIndex).opened;
  tools = { ...bench.tools, parents, openedFolder, deadLetters: deadLetterFolder(newFolder()) };
});

afterAll(() => bench.close());

function newFolder(): string {
  folders += 1;
  return join(bench.folder, `dead-letters-${folders}`);
}

const secret = 'hunter2-planted';
const withSecrets = {
  processes: [{ name: 'sh', args: ['--password', secret], envVariables: [{ name: 'KEY', val: secret }] }],
  sourceProperties: { environ: `KEY=${secret}`, url: `https://app:${secret}@evil.example/` },
};

let messages = 0;

function messageOf(data: string | Uint8Array): IncomingMessage {
  messages += 1;
  return { id: `m${messages}`, attributes: { origin: 'test' }, data: Buffer.from(data) };
}

test.each([
  ['no JSON', 'not a finding \u001b[2J'],
  ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
  ['nothing', ''],
  ['JSON that is no finding', '{"hello": "world"}'],
  ['an empty list', '[]'],
  ['a finding whose name fits no grammar', notificationText('../../etc/passwd')],
  ['a finding without a time', notificationText('f', { eventTime: '1970-01-01T00:00:00Z' })],
])('step 1: %s becomes a dead letter that holds what it said and a reason', async (_name, data) => {
  const message = messageOf(data);
  const handled = await handleMessage(message, tools);
  expect(handled).toMatchObject({ deliveries: [], notOurs: [], deadLetter: { why: 'unreadable' } });
  const letter = await tools.deadLetters.read(handled.deadLetter!.id);
  expect(letter).toMatchObject({
    messageId: message.id,
    attributes: { origin: 'test' },
    reason: expect.stringMatching(/^[ -~\u2026]{10,}$/),
  });
  expect(letter).toMatchObject({ bytes: message.data.length, originalSha256: sha256Hex(message.data) });
  if (letter.form === 'json') expect(JSON.parse(letter.text)).toEqual(redact(JSON.parse(String(data)) as Json));
  else expect(letter.text).toBe(letter.form === 'text' ? data : '');
});

test.each([
  [
    'another resource',
    { resourceName: '//compute.googleapis.com/projects/p/zones/z/instances/i' },
    'not a Cloud Run service, job, worker pool or instance',
  ],
  ['another class', { findingClass: 'MISCONFIGURATION' }, 'not a threat'],
])('step 1: a finding of %s is counted with the reason and starts nothing', async (_name, news, reason) => {
  const id = newFindingId();
  const handled = await handleMessage(messageOf(notificationText(id, news)), tools);
  expect(handled).toEqual({ deliveries: [], notOurs: [expect.stringContaining(reason)] });
  const counters = createCounters();
  counters.count(handled);
  expect(counters.counts()).toEqual({ messages: 1, outcomes: { 'not-ours': 1 }, reasons: { [reason]: 1 } });
  expect(await newestRun(bench, caseOf(id))).toBeUndefined();
});

test.each([
  ['another organization', { name: 'organizations/9/sources/7700/locations/global/findings/' }, 'organizations/9'],
  ['another project, by a name by project', { name: 'projects/9/sources/7700/findings/' }, 'projects/9'],
])('a finding of %s is a dead letter with that reason, and starts nothing', async (_name, { name }, owner) => {
  const id = newFindingId();
  const handled = await handleMessage(messageOf(notificationText(id, { name: `${name}${id}` })), tools);
  expect(handled).toMatchObject({ deliveries: [], notOurs: [], deadLetter: { why: 'foreign' } });
  const { reason } = await tools.deadLetters.read(handled.deadLetter!.id);
  expect(reason).toContain(`is not ours: it is of ${owner}; FIREBREAK_SCC_PARENTS has organizations/100000000001`);
  const [parsed] = parseFindings(JSON.parse(notificationText(id, { name: `${name}${id}` })));
  expect(await newestRun(bench, parsed!.finding.caseId)).toBeUndefined();
  const widened = { ...tools, parents: [...parents, owner] };
  expect((await retryDeadLetter(handled.deadLetter!.id, widened)).deliveries).toMatchObject([{ outcome: 'started' }]);
});

test.each([
  ['organization, by its resource', { organization: 'organizations/100000000001' }],
  [
    'organization, by a full resource name',
    { organization: '//cloudresourcemanager.googleapis.com/organizations/100000000001' },
  ],
])('a finding named by project is ours by its %s', async (_name, gcpMetadata) => {
  const id = newFindingId();
  const message = JSON.parse(notificationText(id, { name: `projects/3/sources/7700/findings/${id}` })) as object;
  const handled = await handleMessage(messageOf(JSON.stringify({ ...message, resource: { gcpMetadata } })), tools);
  expect(handled.deliveries).toMatchObject([{ outcome: 'started' }]);
});

test('an export that does not tell the project is of the case that the finding has already', async () => {
  const id = newFindingId();
  const canonicalName = `projects/481516234200/sources/7700/locations/global/findings/${id}`;
  const [first] = (await handleMessage(messageOf(notificationText(id, { canonicalName })), tools)).deliveries;
  expect(first).toMatchObject({ outcome: 'started', caseId: `finding-p481516234200-7700-${id}` });
  const { finding } = JSON.parse(notificationText(id, { description: 'more' })) as { finding: object };
  const row = { event_time: '2026-11-20 10:00:01', finding, resource: {} };
  expect((await handleMessage(messageOf(JSON.stringify([row])), tools)).deliveries).toMatchObject([
    { outcome: 'signalled', caseId: first!.caseId, run: first!.run },
  ]);
});

test('several findings in one message are all delivered before it is done with', async () => {
  const ids = [newFindingId(), newFindingId()];
  const handled = await handleMessage(messageOf(`[${ids.map((id) => notificationText(id)).join(',')}]`), tools);
  expect(handled.deliveries.map(({ outcome }) => outcome)).toEqual(['started', 'started']);
  for (const id of ids) expect(await newestRun(bench, caseOf(id))).toBeDefined();
});

test.each<[string, (text: string) => string | Uint8Array]>([
  ['JSON lines', (text) => text],
  ['JSON lines in gzip', (text) => gzipSync(text)],
  ['JSON lines in gzip that ends early', (text) => gzipSync(text).subarray(0, -8)],
  ['JSON lines in UTF-16', (text) => Buffer.from(text, 'utf16le')],
  [
    'a push message of JSON lines',
    (text) => JSON.stringify({ message: { data: Buffer.from(text).toString('base64') } }),
  ],
  [
    'a CloudEvent with gzip',
    (text) => JSON.stringify({ specversion: '1.0', data_base64: gzipSync(text).toString('base64') }),
  ],
])(
  'of %s the bad records are a dead letter that names them, and their neighbours become cases',
  async (_name, made) => {
    const [first, second] = [newFindingId(), newFindingId()];
    const never = notificationText(newFindingId(), {
      eventTime: '1970-01-01T00:00:00Z',
      processes: withSecrets.processes,
    });
    const text = [notificationText(first), never, `{"finding": {"token": "${secret}"`, notificationText(second)].join(
      '\n',
    );
    const own: HandlingTools = { ...tools, deadLetters: deadLetterFolder(newFolder()) };
    const handled = await handleMessage(messageOf(made(text)), own);
    expect(handled).toMatchObject({
      deliveries: [
        { outcome: 'started', caseId: caseOf(first) },
        { outcome: 'started', caseId: caseOf(second) },
      ],
      deadLetter: { why: 'unreadable' },
    });
    const letter = await own.deadLetters.read(handled.deadLetter!.id);
    expect(letter.reason).toMatch(/line 2[.,] ?finding\.eventTime: expected a time.*; .*line 3: expected JSON/);
    const inside = [...letter.text.matchAll(/[\w+/]{40,}=*/g)].map(([base64]) =>
      Buffer.from(base64, 'base64').toString(),
    );
    expect([letter.text, ...inside].join('\n')).not.toContain(secret);
    expect(await retryDeadLetter(handled.deadLetter!.id, own)).toMatchObject({
      deliveries: [{ outcome: 'signalled' }, { outcome: 'signalled' }],
      deadLetter: { id: letter.id, why: 'unreadable' },
    });
  },
);

test('what fails for one finding only is a dead letter, and its neighbours become cases', async () => {
  const [broken, whole] = [newFindingId(), newFindingId()];
  const archive: HandlingTools['archive'] = {
    ...tools.archive,
    read: async (caseId) =>
      caseId.endsWith(broken) ? (JSON.parse('{') as undefined) : await tools.archive.read(caseId),
  };
  const message = messageOf(`[${notificationText(broken)},${notificationText(whole)}]`);
  const handled = await handleMessage(message, { ...tools, archive });
  expect(handled).toMatchObject({
    deliveries: [{ outcome: 'started', caseId: caseOf(whole) }],
    deadLetter: { why: 'undeliverable' },
  });
  const retried = await retryDeadLetter(handled.deadLetter!.id, tools);
  expect(retried.deliveries.map(({ outcome }) => outcome)).toEqual(['started', 'signalled']);
  await expect(tools.deadLetters.read(handled.deadLetter!.id)).rejects.toThrow('there is no dead letter');
});

test('a folder that cannot be written is an outage: the message stays, and nothing was started', async () => {
  const id = newFindingId();
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const evidence = { ...tools.evidence, put: () => Promise.reject(full) };
  await expect(handleMessage(messageOf(notificationText(id)), { ...tools, evidence })).rejects.toThrow('no space left');
  expect(await newestRun(bench, caseOf(id))).toBeUndefined();
  expect(await tools.deadLetters.list()).not.toContainEqual(
    expect.objectContaining({ reason: expect.stringContaining('no space') }),
  );
});

test('the same message again is one dead letter; the same bytes in another message are another', async () => {
  const letters = deadLetterFolder(newFolder());
  const message = messageOf('rubbish');
  const [first] = [await letters.put(message, 'why'), await letters.put(message, 'why')];
  const other = await letters.put(messageOf('rubbish'), 'why');
  expect((await letters.list()).map(({ id }) => id).toSorted()).toEqual([first.id, other.id].toSorted());
  const again = await letters.put(message, 'another reason');
  expect(again).toEqual({ ...first, reason: 'another reason' });
  await letters.remove(first.id);
  await letters.remove(first.id);
  expect(await letters.list()).toEqual([other]);
});

test('a dead letter of 10 MB is kept whole, in a file for its owner only', async () => {
  const folder = newFolder();
  const letters = deadLetterFolder(folder);
  const { id, bytes } = await letters.put(messageOf(Buffer.alloc(10_000_000, 'x')), 'too large');
  expect(bytes).toBe(10_000_000);
  expect((await stat(join(folder, `${id}.json`))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual([`${id}.json`]);
});

test('a dead letter is asked for by its id only', async () => {
  await expect(tools.deadLetters.read('../../secret')).rejects.toThrow('not the id of a dead letter');
  await expect(tools.deadLetters.remove('x/../../y')).rejects.toThrow('not the id of a dead letter');
});

test.each<[string, (text: string) => string | Uint8Array]>([
  ['JSON', (text) => text],
  ['a push message', (text) => JSON.stringify({ message: { data: Buffer.from(text).toString('base64') } })],
  ['JSON that is cut off', (text) => text.slice(0, -1)],
  ['no UTF-8', (text) => Buffer.concat([Buffer.from(text), Uint8Array.of(0xff)])],
  ['gzip', (text) => gzipSync(text)],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['a log entry', (text) => JSON.stringify({ jsonPayload: JSON.parse(text) as object })],
  ['a CloudEvent', (text) => JSON.stringify({ specversion: '1.0', data_base64: Buffer.from(text).toString('base64') })],
  [
    'a CloudEvent of gzip',
    (text) => JSON.stringify({ specversion: '1.0', data_base64: gzipSync(text).toString('base64') }),
  ],
  ['base64 under any name', (text) => JSON.stringify({ payload: Buffer.from(text).toString('base64') })],
])(
  'no secret of a message that is %s gets into a dead letter, and retrying it answers the same',
  async (_name, made) => {
    const folder = newFolder();
    const own: HandlingTools = { ...tools, deadLetters: deadLetterFolder(folder) };
    // Nothing that is left out of a dead letter makes it readable.
    const text = notificationText(newFindingId(), { ...withSecrets, eventTime: `never, token=${secret}` });
    const { deadLetter } = await handleMessage({ ...messageOf(made(text)), attributes: { token: secret } }, own);
    const file = await readFile(join(folder, `${deadLetter!.id}.json`), 'utf8');
    const inside = [...file.matchAll(/[\w+/]{40,}=*/g)].map(([base64]) => Buffer.from(base64, 'base64').toString());
    expect([file, ...inside].join('\n')).not.toContain(secret);
    expect(await retryDeadLetter(deadLetter!.id, own)).toEqual({ deliveries: [], notOurs: [], deadLetter });
    expect(await readdir(folder)).toEqual([`${deadLetter!.id}.json`]);
    expect(await readFile(join(folder, `${deadLetter!.id}.json`), 'utf8')).toBe(file);
  },
);

test('a finding with secrets that could not be delivered becomes its case when it is retried, with the digest of the original', async () => {
  const id = newFindingId();
  const text = notificationText(id, withSecrets);
  const archive = { ...tools.archive, read: () => Promise.resolve(JSON.parse('{') as undefined) };
  const { deadLetter } = await handleMessage(messageOf(text), { ...tools, archive });
  expect(JSON.stringify(await tools.deadLetters.read(deadLetter!.id))).not.toContain(secret);
  const retried = await retryDeadLetter(deadLetter!.id, tools);
  expect(retried).toMatchObject({ deliveries: [{ outcome: 'started' }] });
  const { observation } = await caseInput(bench, caseOf(id), retried.deliveries[0]!.run);
  expect(observation.originalSha256).toBe(digestOf(JSON.parse(text)));
  // The original, delivered again, is no news.
  expect(await handleMessage(messageOf(text), tools)).toMatchObject({ deliveries: [{ outcome: 'signalled' }] });
});

test('retrying rubbish keeps the dead letter', async () => {
  const { deadLetter } = await handleMessage(messageOf('rubbish still'), tools);
  expect(await retryDeadLetter(deadLetter!.id, tools)).toMatchObject({ deadLetter });
  expect(await tools.deadLetters.read(deadLetter!.id)).toMatchObject({ id: deadLetter!.id });
});
