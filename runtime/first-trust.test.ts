import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureTrust, roleKeyPath, signingRoles } from './first-trust.ts';
import { newSigningKey, publicHalf } from './signatures.ts';
import { type StatePaths, statePaths } from './state-folder.ts';
import { trustDocument, trustFiles, writeRoster } from './trust.ts';

let paths: StatePaths;
beforeEach(async () => {
  paths = statePaths(await mkdtemp(join(tmpdir(), 'firebreak trust ')));
});
afterEach(() => rm(paths.root, { recursive: true }));

const kidOf = async (role: (typeof signingRoles)[number]): Promise<string> =>
  (JSON.parse(await readFile(roleKeyPath(paths, role), 'utf8')) as { kid: string }).kid;
const onRoster = async () => (await trustDocument({ paths }).read()).workers.map(({ id }) => id);

test('each role whose word others rely on has a key of its own, and all are on the roster', async () => {
  await ensureTrust(paths);
  const kids = await Promise.all(signingRoles.map(kidOf));
  expect(new Set(kids).size).toBe(signingRoles.length);
  expect(await onRoster()).toEqual(kids);
  const before = await readFile(trustFiles(paths.trust).roster, 'utf8');
  await ensureTrust(paths);
  expect(await readFile(trustFiles(paths.trust).roster, 'utf8')).toBe(before);
});

test('a state folder of an earlier version gets the keys that it lacks, and keeps its people and its first key', async () => {
  const root = await ensureTrust(paths);
  const first = await kidOf('respond');
  const roster = await trustDocument({ paths }).read();
  const ana = await newSigningKey('ana');
  const credential = {
    id: ana.kid,
    kind: 'ed25519' as const,
    publicKey: publicHalf(ana),
    notAfter: '2099-01-01T00:00:00Z',
  };
  const approvers = [{ id: 'ana', roles: ['approver' as const], credentials: [credential] }];
  const workers = roster.workers.filter(({ id }) => id === first);
  await writeRoster(paths.trust, { ...roster, approvers, workers }, root);
  await rm(roleKeyPath(paths, 'respond-iam'));
  await rm(roleKeyPath(paths, 'destructive'));
  await ensureTrust(paths);
  expect(new Set(await onRoster())).toEqual(
    new Set(await Promise.all([...signingRoles.map(kidOf), Promise.resolve(first)])),
  );
  expect((await trustDocument({ paths }).read()).approvers).toEqual(approvers);
});

test('a roster that another root signed is left as it is', async () => {
  await ensureTrust(paths);
  const { roster } = trustFiles(paths.trust);
  const before = await readFile(roster, 'utf8');
  await rm(join(paths.keys, 'root.json'));
  await rm(roleKeyPath(paths, 'destructive'));
  await ensureTrust(paths);
  expect(await readFile(roster, 'utf8')).toBe(before);
});
