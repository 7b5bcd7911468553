import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Analyst, startSystem, type System } from '../support/system.ts';
import { containedCase } from './support/genuine.ts';
import { analystHere, firebreak } from './support/people.ts';

let system: System;
let ana: Analyst;
beforeAll(async () => {
  system = await startSystem({ FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  system.startIntake();
  system.startWorker();
  ana = await analystHere(system, 'ana');
});
afterAll(() => system.close());

test('the index entry of one case that points at the record of another gives back nothing of the other', async () => {
  const [one, other] = await Promise.all([containedCase(system, ana), containedCase(system, ana)]);
  const pathOf = (id: string) => join(system.paths.archiveIndex, `${id}.json`);
  const signedOf = async (id: string) => JSON.parse(await readFile(pathOf(id), 'utf8')) as Record<string, string>;
  const entryIn = ({ payload = '' }: Record<string, string>) =>
    JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
  const [signed, others] = [await signedOf(one.view.id), await signedOf(other.view.id)];
  const entry = { ...entryIn(signed), record: entryIn(others)['record'] };
  expect(entry.record).toMatch(/^[0-9a-f]{64}$/);
  const payload = Buffer.from(JSON.stringify(entry)).toString('base64url');
  await writeFile(pathOf(one.view.id), JSON.stringify({ ...signed, payload }));
  const { code, stdout } = await firebreak(system, 'undo', one.view.id, '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  await expect(system.view(`undo-${one.view.id}-1`)).rejects.toThrow(/not found/i);
});

test('the whole entry of another case under the name of this one gives back nothing of the other', async () => {
  const [one, other] = await Promise.all([containedCase(system, ana), containedCase(system, ana)]);
  const pathOf = (id: string) => join(system.paths.archiveIndex, `${id}.json`);
  await writeFile(pathOf(one.view.id), await readFile(pathOf(other.view.id)));
  const { code, stdout } = await firebreak(system, 'undo', one.view.id, '--json');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});
