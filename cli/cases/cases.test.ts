import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { CaseSummary } from '../../model/case.ts';
import { caseWorkflow } from '../../model/temporal-names.ts';
import { readConfiguration } from '../../runtime/configuration.ts';
import { folderHistories } from '../../runtime/kept-histories.ts';
import { noPaint } from '../terminal/paint.ts';
import { columns } from '../terminal/wrap.ts';
import { caseTable } from './case-table.ts';
import { findCaseIds } from './find-case.ts';
import { listCases } from './list-cases.ts';
import { stateProver } from './proved-state.ts';
import { matching, shortIds } from './short-ids.ts';

let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporalAddress') });
  client = new Client({ connection });
});
afterAll(() => connection.close());

/** Starts a case that no worker serves, as intake does as far as lists see it. */
async function startCase(id: string, updated: string, state = 'proposed') {
  const keyword = (name: string, value: string) => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  });
  return client.workflow.start(caseWorkflow, {
    workflowId: id,
    taskQueue: `nobody-${id}`,
    args: [{}],
    workflowExecutionTimeout: '1 minute',
    typedSearchAttributes: new TypedSearchAttributes([
      keyword('CaseState', state),
      keyword('Severity', 'HIGH'),
      keyword('Category', 'Reverse Shell'),
      keyword('Project', 'ember-shop-prod'),
      keyword('Resource', 'storefront'),
      { key: defineSearchAttributeKey('Updated', SearchAttributeType.DATETIME), value: new Date(updated) },
    ]),
  });
}

test('cases are listed from Temporal: the newest run of each, the last changed first, one that somebody ended as not proved', async () => {
  const mark = randomUUID();
  const ids = ['a', 'b', 'c'].map((name) => `finding-p7-1-${mark}-${name}`);
  const [older = '', newer = '', reopened = ''] = ids;
  const handles = [await startCase(older, '2026-11-20T10:00:00Z'), await startCase(newer, '2026-11-20T11:00:00Z')];
  await handles[0]!.terminate();
  await (await startCase(reopened, '2026-11-20T08:00:00Z', 'dismissed')).terminate();
  const again = await startCase(reopened, '2026-11-20T12:00:00Z');
  const prove = stateProver(await readConfiguration(await mkdtemp(join(tmpdir(), 'firebreak-none-')), {}));
  const mine = await vi.waitFor(
    async () => {
      const listed = (await listCases(client, prove)).filter(({ id }) => ids.includes(id));
      expect(listed.map(({ id, state, run }) => [id, state, run])).toEqual([
        [reopened, 'proposed', again.firstExecutionRunId],
        [newer, 'proposed', handles[1]!.firstExecutionRunId],
        [older, 'ended-in-temporal', handles[0]!.firstExecutionRunId],
      ]);
      return listed;
    },
    { timeout: 120_000, interval: 100 },
  );
  expect(mine[2]?.ended).toMatch(
    /^ended in Temporal: terminated by somebody, not by Firebreak \(who calls itself "[^"]+": terminated by user via frontend\)\. Intake/,
  );
  expect(mine[1]).toMatchObject({
    severity: 'HIGH',
    category: 'Reverse Shell',
    project: 'ember-shop-prod',
    resource: 'storefront',
    updatedAt: '2026-11-20T11:00:00.000Z',
  });

  const folder = await mkdtemp(join(tmpdir(), 'firebreak-kept-'));
  const archive = folderHistories(folder);
  const find = (text: string): Promise<string[]> => findCaseIds(client, [text], archive);
  expect(await find(`${mark}-b`)).toEqual([newer]);
  expect(await find('projects/7/sources/1/locations/global/findings/x')).toEqual(['finding-p7-1-x']);
  // A name by organization does not tell the project: it is looked for among the cases.
  expect(await find(`organizations/9/sources/1/findings/${mark}-b`)).toEqual([newer]);
  await expect(find(mark)).rejects.toThrow(`3 cases begin with ${mark}`);
  await expect(find('nowhere')).rejects.toThrow('there is no case nowhere. The last ones are:');
  // What the archive alone has is found as well; what both have is one case.
  const forgotten = `finding-p7-1-forgotten-${mark}`;
  for (const id of [newer, forgotten]) await archive.put({ case: id, run: randomUUID(), closedAt: 0 }, '{}');
  expect(await find(`${mark}-b`)).toEqual([newer]);
  expect(await find(`forgotten-${mark}`)).toEqual([forgotten]);
  await rm(folder, { recursive: true });
  await again.terminate();
  await handles[1]!.terminate();
});

test('a short id is as long as it must be to name one case', () => {
  const ids = [
    'finding-p7-1-aaaaaaaaaaaa1',
    'finding-p7-1-aaaaaaaaaaaa2',
    'finding-p7-2-bbbbbbbbbbbb',
    'finding-p7-3-c',
    'finding-p7-4-dddddddddddd',
    'finding-p7-5-dddddddddddd',
  ];
  const short = shortIds(ids);
  expect([...short.values()]).toEqual([
    'aaaaaaaaaaaa1',
    'aaaaaaaaaaaa2',
    'bbbbbbbb',
    'c',
    'finding-p7-4-dddddddddddd',
    'finding-p7-5-dddddddddddd',
  ]);
  for (const [id, text] of short) expect(matching(ids, text)).toEqual([id]);
});

test.each([60, 80, 100])('the table keeps to %i columns, and nothing in it acts on the terminal', (width) => {
  const summary = (id: string, category: string, resource: string): CaseSummary => ({
    mode: 'live',
    id,
    run: 'r',
    state: 'handed-over',
    category,
    severity: 'CRITICAL',
    project: 'p',
    resource,
    startedAt: '2026-11-20T10:00:00Z',
    updatedAt: '2026-11-20T10:00:00Z',
  });
  const cases = [
    summary('finding-1-abcdefgh1', '\u001b[31m漢字'.repeat(20), 'x'.repeat(90)),
    summary('finding-1-zzzzzzzz2', '', '\u202e'),
  ];
  const lines = caseTable(cases, {
    width,
    paint: noPaint,
    now: Date.parse('2026-11-20T12:00:00Z'),
    short: shortIds(cases.map(({ id }) => id)),
  });
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
