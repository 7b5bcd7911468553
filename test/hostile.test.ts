import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { casePage } from '../cli/page/case-page.ts';
import { asChecked } from '../cli/page/fixtures/read-view.ts';
import { noPaint } from '../cli/terminal/paint.ts';
import { deadLetterFolder } from '../intake/dead-letters.ts';
import type { CaseView } from '../model/case.ts';
import { decideMessage } from '../model/temporal-names.ts';
import { seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterAll(() => system.close());

/** Waits until every message is handled: the dead letters that are expected are there. */
async function deadLetters(count: number): Promise<number> {
  const folder = deadLetterFolder(system.paths.deadLetters);
  for (let round = 0; round < 200; round += 1) {
    const found = (await folder.list()).length;
    if (found >= count) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return (await folder.list()).length;
}

const ansi = '\u001b]0;owned\u0007\u001b[2J\u001b[31m';
const bidi = '\u202egnp.exe\u2066';
const markup =
  '<img src=x onerror=alert(1)> <https://evil.example|click> [click](javascript:alert(1)) `${process.exit()}` $(reboot)';

test('promise 2: what is no finding becomes a dead letter, each once, and intake goes on', async () => {
  const { notification } = seedScenario(system.sandbox);
  const text = JSON.stringify(notification);
  const named = (name: unknown) => JSON.stringify({ ...notification, finding: { ...notification.finding, name } });
  const rubbish: (string | Uint8Array)[] = [
    ' ',
    new Uint8Array([0xff, 0xfe, 0x00, 0x7b]),
    Buffer.concat([Buffer.from(text.slice(0, -1)), new Uint8Array([0xc3])]),
    '\ufeff',
    '{"finding":{"name":1e400}}',
    // Of two members with one name the last counts.
    `${text.slice(0, -1)},"finding":17}`,
    JSON.stringify({ ...notification, finding: [notification.finding] }),
    'not JSON',
    text.slice(0, -20),
    '[[[['.repeat(5_000),
    `${'['.repeat(500)}${']'.repeat(500)}`,
    'null',
    '17',
    '"text"',
    '{"finding":null}',
    '{"__proto__":{"finding":{}},"constructor":1}',
    named('organizations/1/sources/a-b/findings/c'),
    named('organizations/1/sources/1/findings/../../etc'),
    named(`organizations/1/sources/1/findings/${'f'.repeat(500)}`),
    named(`organizations/1/sources/1/findings/a${ansi}`),
    named(17),
    JSON.stringify({ ...notification, finding: { ...notification.finding, eventTime: 'yesterday' } }),
    `{"finding":{"name":"organizations/1/sources/1/findings/x","category":"${'A'.repeat(10_500_000)}"}}`,
  ];
  for (const message of rubbish) system.sandbox.control.publishRaw(message);
  // Pub/Sub takes no data only with an attribute; attributes are text of anybody too.
  system.sandbox.control.publishRaw('', { [`name${bidi}`]: `${ansi}${markup}` });
  expect(await deadLetters(rubbish.length + 1)).toBe(rubbish.length + 1);
  const letters = await deadLetterFolder(system.paths.deadLetters).list();
  expect(letters.map(({ reason }) => reason).join()).not.toMatch(/\p{Cc}|\p{Cf}/u);
});

test('a finding with members twice: the last counts, in one case, and what it hides is nowhere', async () => {
  const { control } = system.sandbox;
  const [first, last] = [seedScenario(system.sandbox), seedScenario(system.sandbox)];
  const secret = 'invented-secret-91c2';
  const twice = (name: string, hidden: unknown, shown: unknown): string =>
    `${JSON.stringify(name)}:${JSON.stringify(hidden)},${JSON.stringify(name)}:${JSON.stringify(shown)}`;
  const { name, processes, ...rest } = last.notification.finding;
  const hidden = [{ envVariables: [{ name: 'TOKEN', val: secret }] }];
  const members = [JSON.stringify(rest).slice(1, -1), twice('name', first.findingName, name)];
  members.push(twice('processes', hidden, processes), twice('state', 'INACTIVE', 'ACTIVE'));
  const { finding: _, ...around } = last.notification;
  const text = `{${JSON.stringify(around).slice(1, -1)},"finding":{${members.join(',')}}}`;
  expect((JSON.parse(text) as { finding: { name: string } }).finding.name).toBe(last.findingName);
  control.publishRaw(text);
  const view = await system.until(last.caseId, ['proposed']);
  expect(view.finding.name).toBe(last.findingName);
  await expect(system.client.workflow.getHandle(first.caseId).describe()).rejects.toThrow(/not found/i);
  const { events } = await system.client.workflow.getHandle(last.caseId).fetchHistory();
  const kept = (await readdir(system.paths.evidence, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  const texts = await Promise.all(kept.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
  expect(kept.length).toBeGreaterThan(0);
  expect([JSON.stringify(events), ...texts].join('').includes(secret)).toBe(false);
});

test('numbers beyond what a program can hold, and types that are wrong, are a case all the same', async () => {
  const scenario = seedScenario(system.sandbox);
  const { finding } = scenario.notification;
  const text = JSON.stringify({
    ...scenario.notification,
    finding: {
      ...finding,
      severity: 5,
      description: ['no', 'text'],
      processes: { not: 'a list' },
      connections: [null, 7, 'x', { destinationPort: 'PORT', destinationIp: 4 }],
      files: 'none',
    },
  }).replace('"PORT"', '9007199254740993123456789e300');
  system.sandbox.control.publishRaw(text);
  const view = await system.until(scenario.caseId, ['proposed']);
  const page = casePage(asChecked(view), { width: 100, paint: noPaint, now: Date.now(), typed: (words) => words }).join(
    '\n',
  );
  expect(page).not.toMatch(/\[object|undefined|NaN/);
});

test('promise 9: a finding full of hostile text becomes a case that is harmless wherever it is shown', async () => {
  const scenario = seedScenario(system.sandbox);
  const { finding } = scenario.notification;
  const poison = `${ansi}${bidi}${markup}\ud800\u0000`;
  const notification = {
    ...scenario.notification,
    finding: {
      ...finding,
      category: `Reverse Shell ${poison}`,
      severity: `CRITICAL${poison}`,
      description: poison.repeat(50),
      processes: [
        {
          name: poison,
          binary: { path: poison },
          args: [poison, '9007199254740993', '\\u001b[31m'],
          pid: '9007199254740993',
        },
      ],
      connections: [{ destinationIp: '1.2.3.4" OR name:"', destinationPort: 1e300, sourceIp: poison }],
      sourceProperties: {
        __proto__: { polluted: true },
        Reverse_Shell_Stdin_Redirection_Dst_Ip: poison,
        deep: { deep: { deep: poison } },
      },
      contacts: { security: { contacts: [{ email: poison }] } },
    },
  };
  system.sandbox.control.publishRaw(JSON.stringify(notification));
  const view = await system.until(scenario.caseId, ['proposed']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();

  const page = casePage(asChecked(view), { width: 100, paint: noPaint, now: Date.now(), typed: (words) => words }).join(
    '\n',
  );
  // oxlint-disable-next-line no-control-regex
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  const description = await system.client.workflow.getHandle(scenario.caseId).describe();
  const shown = JSON.stringify([
    description.typedSearchAttributes,
    await description.staticSummary(),
    await description.staticDetails(),
  ]);
  // What does not match the grammar is `other`; nothing raw reaches Temporal's lists.
  expect(shown).toContain('other');
  expect(shown).not.toMatch(/onerror|javascript:|u001b|\u202e/);
});

test('a service account of text: an address that would end a filter never reaches one', async () => {
  const filters = system.sandbox.control.calls({ role: 'observe' }).map(({ request }) => JSON.stringify(request));
  expect(filters.length).toBeGreaterThan(0);
  expect(filters.filter((filter) => filter.includes('1.2.3.4'))).toEqual([]);
});

test('any rubbish sent as a decision fails no workflow task, moves no case, and a real decision is still taken', async () => {
  const scenario = seedScenario(system.sandbox);
  system.sandbox.control.publish(scenario.notification);
  const view = await system.until(scenario.caseId, ['proposed']);
  const handle = system.client.workflow.getHandle(scenario.caseId);
  const before = system.changes().length;
  const part = fc.oneof(
    fc.base64String(),
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
  );
  const message = fc.oneof(
    fc.jsonValue(),
    fc.record({ payload: part, protected: part, signature: part }),
    fc.jsonValue().map((payload) => ({
      payload: Buffer.from(JSON.stringify(payload)).toString('base64url'),
      protected: 'e30',
      signature: 'AA',
    })),
  );
  await fc.assert(
    fc.asyncProperty(message, async (value) => {
      await handle.signal(decideMessage, value);
      await system.send(view.id, value).catch(() => {});
    }),
    { numRuns: 40 },
  );
  await handle.signal('observed', null);
  await handle.signal('observed', { eventTime: 'never', state: 1 });
  const after: CaseView = await system.view(view.id);
  expect(after.state).toBe('proposed');
  expect(system.changes()).toHaveLength(before);
  const { events } = await handle.fetchHistory();
  expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
  expect((await system.approve(after, ana, 'evict')).outcome).toBe('accepted');
  expect((await system.until(view.id, ['contained', 'failed'])).state).toBe('contained');
});
