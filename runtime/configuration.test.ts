import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualRule } from '../model/fixtures/usual-rule.ts';
import { protectedNameBy } from '../model/rails.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { project } from '../sandbox/scenario/services.ts';
import { sccParents } from './scc-parents.ts';
import { statePaths } from './state-folder.ts';
import { usualRoles } from './task-queues.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-configuration-'));
});
afterAll(() => rm(folder, { recursive: true }));
const read = (environment: Record<string, string> = {}): Promise<Configuration> =>
  readConfiguration(folder, environment);

describe('whose findings are ours', () => {
  test('outside the sandbox somebody has to say it; in the sandbox it is the demonstration’s organization', async () => {
    const none = await read();
    expect(() => sccParents(none)).toThrow(/set FIREBREAK_SCC_PARENTS to the organizations, folders or projects/);
    expect(() => sccParents(none)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(sccParents(await read({ FIREBREAK_SANDBOX: '127.0.0.1:1' }))).toEqual([
      `organizations/${project.organization}`,
    ]);
    const set = { FIREBREAK_SCC_PARENTS: 'organizations/1,folders/2,projects/3' };
    expect(sccParents(await read(set))).toEqual(['organizations/1', 'folders/2', 'projects/3']);
  });

  test.each(['projects/by-id', 'organizations/0', 'organizations/1,', '', 'organizations/-', 'billing/1'])(
    'a parent is named by its number: %j is refused',
    async (parents) => {
      await expect(read({ FIREBREAK_SCC_PARENTS: parents })).rejects.toThrow('FIREBREAK_SCC_PARENTS must be');
    },
  );
});

describe('the address of a case, which is written into SCC as a link', () => {
  test('is the case’s page in Temporal’s own UI where `up` runs one, unless something else is set', async () => {
    const state = await mkdtemp(join(tmpdir(), 'firebreak-case-address-'));
    const details = {
      version: 1,
      pid: process.pid,
      basePort: 7600,
      temporalAddress: '127.0.0.1:7600',
      temporalNamespace: 'default',
      temporalUi: 'http://127.0.0.1:7601',
      sandbox: '127.0.0.1:7610',
      startedAt: '2026-11-20T00:00:00Z',
    };
    await writeFile(statePaths(state).connection, JSON.stringify(details));
    const { caseUrl } = await readConfiguration(state, {});
    await rm(state, { recursive: true });
    expect(caseUrl).toBe('http://127.0.0.1:7601/namespaces/default/workflows/{case}');
  });

  test('is what is set, with the id in it; without it there is none', async () => {
    expect(await read()).not.toHaveProperty('caseUrl');
    const FIREBREAK_CASE_URL = 'https://cases.example.com/c/{case}';
    expect(await read({ FIREBREAK_CASE_URL })).toMatchObject({ caseUrl: FIREBREAK_CASE_URL });
  });

  test.each([
    'https://cases.example.com/c',
    'javascript:alert({case})',
    'https://ana:secret@cases.example.com/{case}',
    '{case}',
  ])('%s is refused', async (FIREBREAK_CASE_URL) => {
    await expect(read({ FIREBREAK_CASE_URL })).rejects.toThrow('FIREBREAK_CASE_URL must be');
  });
});

describe('what limits changes', () => {
  test('by default changes are made by respond and respond-iam, 20 resources a project and hour, and nothing can be deleted', async () => {
    const { rails, changesPerHour } = await read();
    expect(rails).toEqual({
      mode: 'live',
      responders: ['respond', 'respond-iam'],
      protected: [],
      knownGood: usualRule,
      asksGrants: true,
      watchSeconds: 86_400,
      watchEverySeconds: 300,
    });
    expect(changesPerHour).toBe(20);
  });

  test('what a revision has to show before it is gone back to can be set', async () => {
    const { rails } = await read({
      FIREBREAK_GOOD_BEFORE_SECONDS: '3600',
      FIREBREAK_GOOD_DAYS: '3',
      FIREBREAK_TRUSTED_DEPLOYERS: 'ci@p.iam.gserviceaccount.com,ana@example.com',
    });
    expect(rails.knownGood).toEqual({
      beforeSeconds: 3_600,
      days: 3,
      trustedDeployers: ['ci@p.iam.gserviceaccount.com', 'ana@example.com'],
    });
  });

  test('one machine runs the roles that are installed, and no others', async () => {
    expect(usualRoles(await read())).toEqual(['cases', 'observe', 'virustotal', 'archive', 'respond', 'respond-iam']);
    expect(usualRoles(await read({ FIREBREAK_RESPONDERS: 'respond' }))).toEqual([
      'cases',
      'observe',
      'virustotal',
      'archive',
      'respond',
    ]);
    expect(usualRoles(await read({ FIREBREAK_RESPONDERS: 'destructive,respond' }))).toContain('destructive');
  });

  test('promise 12: the engine’s own resources are protected: those listed, and what this process runs as on Cloud Run', async () => {
    const { rails } = await read({
      FIREBREAK_PROTECTED: 'projects/ledger',
      FIREBREAK_OWN_RESOURCES: 'projects/firebreak-prod,projects/330184625117',
      K_SERVICE: 'intake',
      CLOUD_RUN_WORKER_POOL: 'respond',
      GOOGLE_CLOUD_PROJECT: 'tools',
    });
    for (const name of [
      'projects/ledger/locations/europe-west1/services/any',
      'projects/firebreak-prod/locations/europe-west1/jobs/any',
      'projects/330184625117/locations/europe-west1/services/any',
      'projects/tools/locations/europe-west1/services/intake',
      'projects/tools/locations/us-east1/workerPools/respond',
    ])
      expect(protectedNameBy(name, rails.protected), name).toBeDefined();
    for (const name of [
      'projects/tools/locations/europe-west1/services/respond',
      'projects/shop/locations/europe-west1/services/intake',
    ])
      expect(protectedNameBy(name, rails.protected), name).toBeUndefined();
  });

  test('without the project in its environment a process protects its own name in every project', async () => {
    const { rails } = await read({ K_SERVICE: 'intake' });
    expect(protectedNameBy('projects/shop/locations/europe-west1/services/intake', rails.protected)).toBeDefined();
  });

  test.each([
    ['FIREBREAK_PROTECTED', 'shop'],
    ['FIREBREAK_PROTECTED', 'projects/shop,'],
    ['FIREBREAK_OWN_RESOURCES', 'projects/shop/locations/europe-west1/revisions/x'],
    ['FIREBREAK_MODE', 'dry'],
    ['FIREBREAK_MONITORING', 'yes'],
    ['FIREBREAK_RESPONDERS', 'respond,all'],
    ['FIREBREAK_CHANGES_PER_HOUR', '0'],
    ['FIREBREAK_GOOD_BEFORE_SECONDS', '-1'],
    ['FIREBREAK_GOOD_BEFORE_SECONDS', 'Infinity'],
    ['FIREBREAK_GOOD_DAYS', '0'],
    ['FIREBREAK_GOOD_DAYS', '8'],
    ['FIREBREAK_TRUSTED_DEPLOYERS', 'ci'],
    ['FIREBREAK_TRUSTED_DEPLOYERS', 'ci@p.iam, ana@example.com'],
  ])('%s=%s is refused by name', async (name, value) => {
    await expect(read({ [name]: value })).rejects.toThrow(name);
  });
});
