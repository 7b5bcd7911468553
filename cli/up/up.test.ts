import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demonstrationCases, playDemonstration } from '../../local/demonstration.ts';
import { freePortBase, planPorts } from '../../local/ports.ts';
import { sixWords } from '../../model/words.ts';
import { readConfiguration } from '../../runtime/configuration.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { temporalOptions } from '../../runtime/temporal.ts';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { recordedView } from '../page/fixtures/read-view.ts';
import { nextWords } from './next-words.ts';
import { useOwnSystem } from './own-system.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'firebreak up '));
});
afterAll(() => rm(root, { recursive: true }));
const typed = (words: string): string => `npx firebreak ${words}`;

test('a system of its own takes nothing from what the user’s environment says of other systems', async () => {
  const environment: NodeJS.ProcessEnv = {
    TEMPORAL_ADDRESS: 'temporal.example.com:7233',
    TEMPORAL_API_KEY: 'invented',
    FIREBREAK_SANDBOX: '192.0.2.1:1',
    FIREBREAK_SUBSCRIPTION: 'projects/other/subscriptions/other',
    FIREBREAK_VIRUSTOTAL_API_KEY: 'invented',
    FIREBREAK_EXPIRY_SECONDS: '7200',
    HOME: root,
  };
  const ignored = useOwnSystem(environment, root);
  expect(ignored.sort()).toEqual([
    'FIREBREAK_SANDBOX',
    'FIREBREAK_SUBSCRIPTION',
    'FIREBREAK_VIRUSTOTAL_API_KEY',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_API_KEY',
  ]);
  const configuration = await readConfiguration(root, environment);
  expect(configuration.times).toMatchObject({ expiry: 7_200, quietWindow: 10 });
  expect(configuration.subscription).toBe('projects/rhea-prod-4421/subscriptions/firebreak');
  process.env['TEMPORAL_CONFIG_FILE'] = environment['TEMPORAL_CONFIG_FILE'];
  delete process.env['TEMPORAL_ADDRESS'];
  expect(temporalOptions(configuration).connection.address).toBe('127.0.0.1:7233');
});

test('a quiet window that the user sets is kept', () => {
  const environment: NodeJS.ProcessEnv = { FIREBREAK_QUIET_WINDOW_SECONDS: '90' };
  useOwnSystem(environment, root);
  expect(environment['FIREBREAK_QUIET_WINDOW_SECONDS']).toBe('90');
});

test('the demonstration is played once in the life of a sandbox’s state, and its cases are known beforehand', async () => {
  const basePort = planPorts(await freePortBase()).sandbox;
  const options = { basePort, stateFile: join(root, 'sandbox.json') };
  const sandbox = await startSandbox(options);
  expect(await playDemonstration(`127.0.0.1:${basePort}`)).toBe('published');
  expect(await playDemonstration(`127.0.0.1:${basePort}`)).toBe('played');
  const names = JSON.stringify(sandbox.control.findings.all());
  for (const { id } of demonstrationCases()) expect(names).toContain(`findings/${id.split('-').at(-1)}`);
  await sandbox.close();
  const again = await startSandbox(options);
  expect(await playDemonstration(`127.0.0.1:${basePort}`)).toBe('played');
  await again.close();
});

test('what to type next comes when every case waits or has ended, and names the recommended plan', async () => {
  const paths = statePaths(join(root, 'state'));
  const [one, other] = [recordedView('proposed'), recordedView('contained')];
  const both = (view: typeof one | undefined) => [
    { id: one.id, view },
    { id: 'finding-1-zzzzzzzzzz', view: other },
  ];
  expect(await nextWords(both(undefined), paths, typed)).toBeUndefined();
  expect(await nextWords(both({ ...one, state: 'investigating' }), paths, typed)).toBeUndefined();
  const { lines = [] } = (await nextWords(both(one), paths, typed)) ?? {};
  const plan = one.proposal!.plans.find(({ recommended }) => recommended)!;
  expect(lines.slice(1)).toEqual([
    '  npx firebreak analyst add ana --role approver',
    '  npx firebreak case 9c41d7e0',
    `  npx firebreak approve 9c41d7e0 --plan ${plan.id} --reason "why"`,
    `The six words of ${plan.id}: ${sixWords(plan.digest)}`,
  ]);
  const ended = await nextWords(both(other), paths, typed);
  expect(ended?.lines.join('\n')).toContain('audit replay 9c41d7e0');
});
