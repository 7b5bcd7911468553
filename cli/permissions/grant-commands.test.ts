import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { googleRoles } from '../../model/permissions.ts';
import { freeBasePort } from '../../sandbox/kernel/free-port.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { runFirebreak } from '../test/run-firebreak.ts';
import { grantCommands, type GrantOptions } from './grant-commands.ts';
import type { InUse } from './in-use.ts';

const options: GrantOptions = {
  role: 'respond',
  project: 'shop-prod',
  member: 'firebreak-respond@security.iam.gserviceaccount.com',
  subscription: 'findings',
};
const shop = 'shop@shop-prod.iam.gserviceaccount.com';
const defaultAccount = '481516234200-compute@developer.gserviceaccount.com';
const inUse: InUse = {
  accounts: new Map([
    [defaultAccount, ['old']],
    [shop, ['cart', 'web']],
  ]),
  repositories: new Map([['projects/images/locations/europe-west1/repositories/apps', ['cart', 'old', 'web']]]),
  withoutAccount: [],
  misnamed: [],
};

/** What a shell makes of a line: its words. */
async function words(line: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `gcloud() { printf '%s\\0' "$@"; }; ${line}`]);
  return stdout.split('\0').slice(0, -1);
}

test('each account and each repository in use gets a grant of its own, and none is made in the project', async () => {
  const commands = grantCommands({ ...options, quarantineAccount: 'nobody@shop-prod.iam.gserviceaccount.com' }, inUse);
  const lines = await Promise.all(commands.slice(1).map(({ command }) => words(command)));
  const member = `--member=serviceAccount:${options.member}`;
  const actAs = (account: string) => [
    'iam',
    'service-accounts',
    'add-iam-policy-binding',
    account,
    '--project=shop-prod',
    member,
    '--role=roles/iam.serviceAccountUser',
  ];
  expect(lines).toEqual([
    [
      'projects',
      'add-iam-policy-binding',
      'shop-prod',
      member,
      '--role=projects/shop-prod/roles/firebreakRespond',
      '--condition=None',
    ],
    actAs(defaultAccount),
    actAs(shop),
    actAs('nobody@shop-prod.iam.gserviceaccount.com'),
    [
      'artifacts',
      'repositories',
      'add-iam-policy-binding',
      'apps',
      '--project=images',
      '--location=europe-west1',
      member,
      '--role=roles/artifactregistry.reader',
    ],
  ]);
});

test('what actAs opens is said at each account, and of a default account that it is often Editor', () => {
  const warnings = new Map(grantCommands(options, inUse).map(({ command, warning }) => [command, warning]));
  const of = (account: string) => [...warnings].find(([command]) => command.includes(account))?.[1];
  expect(of(defaultAccount)).toMatch(/often has roles\/editor: whoever has respond’s credentials can deploy/);
  expect(of(shop)).toMatch(/whoever has respond’s credentials can deploy code of his own as it/);
  expect(of(shop)).not.toContain('editor');
});

test.each(["it's; rm -rf /", '$(id)', '`id`', 'a b'])(
  'a name from outside is one word of a command: %j',
  async (name) => {
    const accounts = new Map([[name, ['web']]]);
    const [command = ''] = grantCommands(options, {
      accounts,
      repositories: new Map(),
      withoutAccount: [],
      misnamed: [],
    })
      .map(({ command: line }) => line)
      .slice(-1);
    expect((await words(command)).slice(3)).toContain(name);
  },
);

test.each(googleRoles)('the role of %s is made and bound by commands', (role) => {
  const commands = grantCommands({ ...options, role }, role === 'respond' ? inUse : null).map(({ command }) => command);
  expect(commands[0]).toContain(`permissions --role ${role} >`);
  expect(commands[1]).toContain(
    role === 'intake' ? 'subscriptions add-iam-policy-binding findings' : 'projects add-iam',
  );
});

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-permissions-'));
  sandbox = await startSandbox({ basePort: await freeBasePort(), pace: 'brisk' });
  sandbox.control.demonstrate();
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

test('firebreak permissions --commands lists what runs in a region, and prints what can be pasted', async () => {
  const environment = { FIREBREAK_SANDBOX: `127.0.0.1:${sandbox.basePort}`, FIREBREAK_STATE_DIR: folder };
  const run = (...more: string[]) =>
    runFirebreak(['permissions', '--role', 'respond', '--commands', ...more], environment);
  const { code, stdout } = await run('--project', sandbox.project, '--region', 'europe-west1');
  expect(code).toBe(0);
  expect(stdout).toContain(
    `gcloud iam service-accounts add-iam-policy-binding checkout-run@${sandbox.project}.iam.gserviceaccount.com`,
  );
  expect(stdout).toContain('# every update of checkout-api asks for it');
  expect(stdout).toContain('gcloud artifacts repositories add-iam-policy-binding apps');
  expect(stdout.split('\n').filter((line) => !/^(#|gcloud |npx |$)/.test(line))).toEqual([]);
  expect((await run('--project', sandbox.project)).code).toBe(2);
});
