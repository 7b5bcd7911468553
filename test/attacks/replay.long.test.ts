import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFirebreak } from '../../cli/test/run-firebreak.ts';
import type { CaseView } from '../../model/case.ts';
import { newSigningKey } from '../../runtime/signatures.ts';
import { steadily } from '../faults/support/steadily.ts';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { seconds } from './support/commands.ts';
import { forgeHistory } from './support/forge-history.ts';
import { containedCase } from './support/genuine.ts';
import { firebreak } from './support/people.ts';

let system: System;
let nadezhda: Analyst;
/** As if Temporal had forgotten everything. */
const forgetful = `forgetful-${randomUUID()}`;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0', FIREBREAK_ARCHIVE_EVERY_SECONDS: '1' });
  system.startIntake();
  system.startWorker();
  nadezhda = await system.addAnalyst('nadezhda');
  await system.client.workflowService.registerNamespace({
    namespace: forgetful,
    workflowExecutionRetentionPeriod: seconds(864_000),
  });
});
afterAll(() => system.close());

/** Replays what the archive has of a case, since Temporal has nothing of it. */
const replayArchived = (id: string) =>
  steadily('the new namespace is known', async () => {
    const environment = { ...system.environment, TEMPORAL_ADDRESS: system.address, TEMPORAL_NAMESPACE: forgetful };
    const ended = await runFirebreak(['audit', 'replay', id, '--state-dir', system.stateDir], environment);
    return /[Nn]amespace/.test(ended.stderr) ? undefined : ended;
  });

/** The kept history of a case. */
async function archived(id: string): Promise<string> {
  const folder = join(system.configuration.archive.folder, id);
  return steadily('it is archived', async () => {
    const [name] = await readdir(folder);
    return name && join(folder, name);
  });
}

test('a history whose approver and reason somebody changed, and signed with a key of his own, is not ok', async () => {
  const { view } = await containedCase(system, nadezhda);
  const path = await archived(view.id);
  expect((await replayArchived(view.id)).code).toBe(0);
  const key = await newSigningKey('mallory');
  const texts = { nadezhda: 'mallory', 'as the test says': 'as somebody else says' };
  const forged = JSON.stringify(forgeHistory(JSON.parse(await readFile(path, 'utf8')), { texts, key }));
  const digest = createHash('sha256').update(forged).digest('hex');
  await writeFile(path, forged);
  await rename(path, path.replace(/[0-9a-f]{64}(?=\.json$)/, digest));
  const { code, stdout, stderr } = await replayArchived(view.id);
  expect({ code, says: /sign|key|roster/i.test(stdout + stderr), words: stdout + stderr }).toMatchObject({
    code: 1,
    says: true,
  });
});

const pathOf = (sha256: string) => join(system.configuration.evidenceFolder, 'sha256', sha256.slice(0, 2), sha256);

const damages: [what: string, damage: (path: string) => Promise<void>][] = [
  ['missing', (path) => rm(path)],
  ['altered', (path) => writeFile(path, 'something else')],
];
const kinds: [kind: string, of: (view: CaseView) => string][] = [
  ['settings', (view) => evidenceIn(view.investigation?.settings)],
  ['logs', (view) => evidenceIn(view.investigation?.logs)],
];

test.each(damages)('evidence of a case that is %s is named, and the replay is not ok', async (_what, damage) => {
  const { view } = await containedCase(system, nadezhda);
  expect((await firebreak(system, 'audit', 'replay', view.id)).code).toBe(0);
  const digests = kinds.map(([, of]) => of(view));
  await Promise.all(digests.map((digest) => damage(pathOf(digest))));
  const { code, stdout, stderr } = await firebreak(system, 'audit', 'replay', view.id);
  const named = digests.filter((digest) => (stdout + stderr).includes(digest.slice(0, 12)));
  expect({ code, named }).toEqual({ code: 1, named: digests });
});

/** The digest of the first evidence that is named in an answer. */
function evidenceIn(answer: unknown): string {
  const [, digest] = /"sha256":"([0-9a-f]{64})"/.exec(JSON.stringify(answer)) ?? [];
  if (digest === undefined) throw new Error('no evidence is named');
  return digest;
}
