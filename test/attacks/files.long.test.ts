import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deadLetterFolder } from '../../intake/dead-letters.ts';
import { newSigningKey, publicHalf } from '../../runtime/signatures.ts';
import { trustFiles } from '../../runtime/trust.ts';
import type { Roster } from '../../model/roster.ts';
import { steadily } from '../faults/support/steadily.ts';
import { seedScenario } from '../support/scenario.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { changesIn } from './support/cloud.ts';
import { containedCase, proposedCase } from './support/genuine.ts';
import { changeRoster, offered, rosterText, within } from './support/people.ts';

let system: System;
let ana: Analyst;
beforeEach(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await system.addAnalyst('ana');
});
afterEach(() => system.close());

/** Approves, waits a while, and answers what was changed. */
async function changedBy(analyst: Analyst): Promise<string[]> {
  const { scenario, view } = await proposedCase(system);
  await within(10_000, system.approve(view, analyst, 'evict'));
  await within(10_000, system.until(view.id, ['contained', 'failed']));
  return changesIn(system.sandbox, scenario.service);
}

test('an older roster that the root once signed is not taken: who was removed approves nothing', async () => {
  const { roster } = trustFiles(system.paths.trust);
  const ben = await system.addAnalyst('ben');
  const older = await readFile(roster, 'utf8');
  await changeRoster(system, (now) => ({ ...now, approvers: now.approvers.filter(({ id }) => id !== 'ana') }));
  await containedCase(system, ben);
  await writeFile(roster, older);
  expect(await changedBy(ana)).toEqual([]);
});

test('a root and a roster that somebody wrote side by side make nobody an approver', async () => {
  const files = trustFiles(system.paths.trust);
  const [root, key] = [await newSigningKey('root'), await newSigningKey('mallory')];
  const { roster } = JSON.parse(await readFile(files.roster, 'utf8')) as { roster: Roster };
  const credential = {
    id: key.kid,
    kind: 'ed25519' as const,
    publicKey: publicHalf(key),
    notAfter: '2099-01-01T00:00:00Z',
  };
  const mallory = { id: 'mallory', roles: ['approver' as const], credentials: [credential] };
  const { scenario, view } = await proposedCase(system);
  await writeFile(files.roster, await rosterText({ ...roster, approvers: [mallory] }, root));
  await writeFile(files.root, JSON.stringify(publicHalf(root)));
  await within(10_000, system.approve(view, { id: 'mallory', key }, 'evict'));
  await within(10_000, system.until(view.id, ['contained', 'failed']));
  expect(changesIn(system.sandbox, scenario.service)).toEqual([]);
});

test('a written watermark of the year 9999 makes no finding vanish', async () => {
  const scenario = seedScenario(system.sandbox);
  await mkdir(system.paths.archiveIndex, { recursive: true });
  const at = '9999-12-31T23:59:59Z';
  const entry = { case: scenario.caseId, run: 'r', state: 'dismissed', watermark: at, fingerprint: '', closedAt: at };
  await writeFile(join(system.paths.archiveIndex, `${scenario.caseId}.json`), JSON.stringify(entry));
  system.sandbox.control.publish(scenario.notification);
  const letters = deadLetterFolder(system.paths.deadLetters);
  const named = steadily('it is a dead letter', async () =>
    (await letters.list()).some(({ reason }) => reason.includes(scenario.caseId)) ? 'dead letter' : undefined,
  );
  const opened = system.until(scenario.caseId, ['proposed']).then(({ state }) => state);
  expect(await within(15_000, Promise.any([opened, named]))).toMatch(/proposed|dead letter/);
});

test('an entry that somebody wrote into the ledger says nothing of what was there before', async () => {
  const { view } = await proposedCase(system);
  const { digest, plan } = offered(view, 'evict')!;
  const [first] = plan.actions;
  const before = { ...first!.precondition, traffic: [{ type: 'latest', percent: 100, tag: 'planted' }] };
  const planted = {
    plan: digest,
    action: first!.id,
    decisions: [],
    mode: 'live',
    before,
    takenAt: new Date().toISOString(),
  };
  await mkdir(system.configuration.ledgerFolder, { recursive: true });
  await writeFile(join(system.configuration.ledgerFolder, `${digest}.${first!.id}.json`), JSON.stringify(planted));
  await within(10_000, system.approve(view, ana, 'evict'));
  await within(
    15_000,
    system.until(view.id, ['contained', 'failed', 'investigating'], ({ receipts }) => receipts.length > 0),
  );
  expect(JSON.stringify((await system.view(view.id)).receipts)).not.toContain('planted');
});
