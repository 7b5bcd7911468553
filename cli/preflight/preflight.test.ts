import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { readConfiguration } from '../../runtime/configuration.ts';
import { googleApis } from '../../runtime/endpoints.ts';
import { ensureTrust } from '../../runtime/first-trust.ts';
import { statePaths } from '../../runtime/state-folder.ts';
import { freeBasePort } from '../../sandbox/kernel/free-port.ts';
import { portOffset, type Role } from '../../sandbox/kernel/service.ts';
import { project } from '../../sandbox/scenario/services.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { runFirebreak } from '../test/run-firebreak.ts';
import { preflightClients } from './clients.ts';
import { examineProject, type Scope } from './examine-project.ts';
import type { Line } from './line.ts';
import { codeFor } from './run-preflight.ts';

type Found = Line & { readonly check: string };

let sandbox: Sandbox;
let stateDir: string;
beforeAll(async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', inject('temporalAddress'));
  stateDir = await mkdtemp(join(tmpdir(), 'firebreak preflight '));
  await ensureTrust(statePaths(stateDir));
  sandbox = await startSandbox({ basePort: await freeBasePort() });
  sandbox.control.demonstrate();
  sandbox.control.setDataAccessLogs(project.id, true);
  const clients = preflightClients({ host: '127.0.0.1', port: sandbox.basePort });
  await clients.subscriber('owner').createSubscription({ name: ownSubscription, topic });
  await clients.close();
});

const topic = `projects/${project.id}/topics/scc-findings`;
const ownSubscription = `projects/${project.id}/subscriptions/own`;
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
  await rm(stateDir, { recursive: true });
});

/** Sets something of the sandbox, which is given back after the test. */
async function put(path: string, body: unknown, usual: unknown): Promise<void> {
  undo.push(() => send(path, usual));
  await send(path, body);
}
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const back of undo.splice(0)) await back();
});
async function send(path: string, body: unknown): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${sandbox.basePort}${path}`, {
    method: 'PUT',
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

const usualEnvironment = () => ({ FIREBREAK_SANDBOX: `127.0.0.1:${sandbox.basePort}` });

/** As the command does it, in this process. */
async function preflight(
  scope: Scope = {},
  environment: Readonly<Record<string, string>> = usualEnvironment(),
): Promise<{ readonly code: number; readonly lines: readonly Found[]; readonly said: string }> {
  const configuration = await readConfiguration(stateDir, environment);
  const found = await examineProject(configuration, { region: [project.location], ...scope }, () => {});
  const lines = found.flatMap(({ check, lines: all }) => all.map((line) => ({ check, ...line })));
  return { code: codeFor(found), lines, said: JSON.stringify(lines) };
}

/** What is not well, as `check status: detail`. */
const unwell = (lines: readonly Found[]): string[] =>
  lines.filter(({ status }) => status !== 'ok').map(({ check, status, detail }) => `${check} ${status}: ${detail}`);

/** What is not well of these checks. */
const of = (lines: readonly Found[], check: string): string[] => unwell(lines.filter((line) => line.check === check));

test('a project that has everything: all is well but that nobody is on the roster; the state folder and the sandbox are as before', async () => {
  const { findings } = sandbox.control;
  const before = { files: await filesOf(stateDir), findings: JSON.stringify(findings.all()) };
  sandbox.control.clearCalls();
  const { code, lines } = await preflight();
  expect(unwell(lines)).toEqual(['roster and keys attention: analysts: 0 of 0 analysts can decide; keys here: none']);
  expect(code).toBe(0);
  expect(new Set(lines.map(({ check }) => check)).size).toBe(15);
  const methods = new Set(sandbox.control.calls().map(({ method }) => method.split('/').at(-1)));
  expect([...methods].filter((method) => !/^(Get|List|Test|BatchGet|users$)/.test(method ?? ''))).toEqual([]);
  expect({ files: await filesOf(stateDir), findings: JSON.stringify(findings.all()) }).toEqual(before);
});

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(names.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`));
}

test('an API that is off is named with the command that turns it on', async () => {
  await put('/service-usage', { disabled: ['run.googleapis.com', 'logging.googleapis.com'] }, { disabled: [] });
  const { code, lines } = await preflight();
  expect(code).toBe(1);
  expect(lines.filter(({ check }) => check === 'apis')).toEqual([
    {
      check: 'apis',
      status: 'failed',
      detail: `${project.id}: off are run.googleapis.com, logging.googleapis.com`,
      todo: `gcloud services enable run.googleapis.com logging.googleapis.com --project=${project.id}`,
    },
  ]);
});

test('SCC sends elsewhere, or other findings than it should: that is said with the filter', async () => {
  const name = `organizations/${project.organization}/locations/global/notificationConfigs/firebreak`;
  const config = (pubsubTopic: string, filter: string) => [{ name, pubsubTopic, streamingConfig: { filter } }];
  const usual = config(topic, 'state="ACTIVE" AND NOT mute="MUTED"');
  await put('/security-command-center/notification-configs', config(`${topic}-2`, ''), usual);
  expect(of((await preflight()).lines, 'notifications')).toEqual([
    `notifications failed: of 1 notification configs of organizations/${project.organization} in global none publishes to ${topic}`,
  ]);
  await put('/security-command-center/notification-configs', config(topic, 'severity="HIGH"'), usual);
  expect(of((await preflight()).lines, 'notifications')).toEqual([
    `notifications attention: ${name} lets through severity="HIGH": another filter than the usual one`,
  ]);
});

test('a subscription that is not there, has a filter or moves messages away', async () => {
  const named = (name: string) => ({
    ...usualEnvironment(),
    FIREBREAK_SUBSCRIPTION: `projects/${project.id}/subscriptions/${name}`,
  });
  const none = await preflight({}, named('nowhere'));
  expect(none.code).toBe(1);
  expect(of(none.lines, 'subscription')).toEqual([
    `subscription failed: projects/${project.id}/subscriptions/nowhere: there is no such thing`,
  ]);
  const clients = preflightClients({ host: '127.0.0.1', port: sandbox.basePort });
  await clients.subscriber('owner').createSubscription({
    name: named('narrow').FIREBREAK_SUBSCRIPTION,
    topic,
    filter: 'attributes:severity',
    deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 5 },
  });
  await clients.close();
  expect(of((await preflight({}, named('narrow'))).lines, 'subscription')).toEqual([
    expect.stringMatching(/^subscription attention: .*narrow has the filter attributes:severity/),
    expect.stringMatching(
      /^subscription attention: .*narrow moves a message to .*scc-findings after about 5 deliveries/,
    ),
  ]);
});

test('what a role lacks is failed, and what it can go without is attention', async () => {
  const usual = { role: 'observe', permissions: [] };
  const permissions = ['run.services.get', 'securitycenter.findingexternalsystems.update'];
  await put('/resource-manager/lacking', { role: 'observe', permissions }, usual);
  const { code, lines } = await preflight();
  expect(code).toBe(1);
  expect(of(lines, 'permissions')).toEqual([
    `permissions attention: observe lacks on organizations/${project.organization} what it can go without: securitycenter.findingexternalsystems.update`,
    `permissions failed: observe lacks on projects/${project.id}: run.services.get`,
  ]);
});

test('an account that respond may not act as is named with what cannot be changed then', async () => {
  const grants = (on: string) =>
    ['iam.serviceAccounts.actAs', 'artifactregistry.repositories.downloadArtifacts'].map((permission) => ({
      role: 'respond',
      permission,
      on: permission.startsWith('iam') ? on : '*',
    }));
  const resizer = `resizer-run@${project.id}.iam.gserviceaccount.com`;
  await put('/iam/grants', { grants: grants(resizer) }, { grants: grants('*') });
  const { code, lines } = await preflight();
  expect(code).toBe(1);
  expect(of(lines, 'act as')).toEqual([
    `act as failed: respond lacks iam.serviceAccounts.actAs on checkout-run@${project.id}.iam.gserviceaccount.com: checkout-api cannot be changed`,
  ]);
});

test('logs that are not kept: a disabled sink fails, an exclusion that may drop Cloud Run is shown, one of another type is not', async () => {
  const usual = { project: project.id };
  await put('/cloud-logging/default-sink', { ...usual, disabled: true }, usual);
  const disabled = await preflight();
  expect([disabled.code, of(disabled.lines, 'log routing')]).toEqual([
    1,
    [`log routing failed: ${project.id} keeps no logs: its sink _Default is disabled`],
  ]);
  const exclusions = [
    { name: 'cheap', filter: 'severity<WARNING' },
    { name: 'nodes', filter: 'resource.type="k8s_node" AND severity="DEBUG"' },
    { name: 'old', filter: 'resource.type="cloud_run_revision"', disabled: true },
  ];
  await put('/cloud-logging/default-sink', { ...usual, exclusions }, usual);
  expect(of((await preflight()).lines, 'log routing')).toEqual([
    `log routing attention: ${project.id}: the exclusion cheap may drop logs of Cloud Run: severity<WARNING`,
  ]);
});

test('data-access logs that are off are attention, and the organization is said not to be read', async () => {
  sandbox.control.setDataAccessLogs(project.id, false);
  const { code, lines } = await preflight();
  sandbox.control.setDataAccessLogs(project.id, true);
  expect(code).toBe(0);
  expect(of(lines, 'audit logs')).toEqual([expect.stringMatching(/not logged for run\.googleapis\.com, .*not read/)]);
});

test('a key that VirusTotal refuses, and a VirusTotal that does not answer, are said without the key', async () => {
  const FIREBREAK_VIRUSTOTAL_API_KEY = 'wrong-and-secret-key';
  const wrong = await preflight({}, { ...usualEnvironment(), FIREBREAK_VIRUSTOTAL_API_KEY });
  expect([wrong.code, of(wrong.lines, 'virustotal')]).toEqual([
    1,
    ['virustotal failed: it refuses the key (HTTP 401)'],
  ]);
  expect(wrong.said).not.toContain(FIREBREAK_VIRUSTOTAL_API_KEY);
  const url = {
    ...usualEnvironment(),
    FIREBREAK_VIRUSTOTAL_API_KEY,
    FIREBREAK_VIRUSTOTAL_URL: 'https://127.0.0.1:1/api',
  };
  const away = await preflight({}, url);
  expect([away.code, of(away.lines, 'virustotal')]).toEqual([
    3,
    ['virustotal not-known: it does not answer (ECONNREFUSED)'],
  ]);
  expect(away.said).not.toContain(FIREBREAK_VIRUSTOTAL_API_KEY);
});

test('parents that SCC does not know, and parents named twice', async () => {
  const FIREBREAK_SCC_PARENTS = `organizations/999,organizations/${project.organization},projects/${project.number}`;
  const { code, lines } = await preflight({}, { ...usualEnvironment(), FIREBREAK_SCC_PARENTS });
  expect(code).toBe(1);
  expect(of(lines, 'scc')).toEqual(['scc failed: the findings of organizations/999 in global: there is no such thing']);
  expect(of(lines, 'scc parents')).toEqual([expect.stringMatching(/names organizations beside folders or projects/)]);
});

test('where Temporal is away, and an API answers nothing but errors, the rest is looked at', async () => {
  sandbox.control.fault({ method: 'ListFindings', code: 'UNAVAILABLE', count: 10 });
  sandbox.control.fault({ method: 'ListSinks', code: 'INTERNAL', count: 10 });
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  const { code, lines } = await preflight();
  vi.stubEnv('TEMPORAL_ADDRESS', inject('temporalAddress'));
  sandbox.control.clearFaults();
  expect(code).toBe(1);
  expect(unwell(lines)).toEqual([
    'scc not-known: the findings of organizations/271828182845 in global: securitycenter.googleapis.com does not answer (UNAVAILABLE)',
    expect.stringMatching(/^log routing not-known: the log sinks of rhea-prod-4421: INTERNAL: /),
    expect.stringMatching(/^temporal failed: nothing runs at 127\.0\.0\.1:1/),
    expect.stringMatching(/^roster and keys attention: /),
  ]);
});

/** As on Google Cloud: no sandbox is known, and each API is at an endpoint, all with the identity of one process. */
const asOneProcess = (role: Role) => ({
  FIREBREAK_SCC_PARENTS: `organizations/${project.organization}`,
  FIREBREAK_SUBSCRIPTION: ownSubscription,
  FIREBREAK_OWN_RESOURCES: 'projects/firebreak-prod',
  FIREBREAK_CASE_URL: 'https://cases.example.com/{case}',
  ...Object.fromEntries(
    Object.values(googleApis).map(({ variable }) => [variable, `127.0.0.1:${sandbox.basePort + portOffset[role]}`]),
  ),
});

test('one identity answers for no role but its own: what it lacks of another’s is not known; as its own it tells what it lacks, and what is too much', async () => {
  const as = asOneProcess('respond');
  const all = await preflight({}, as);
  expect(all.code).toBe(3);
  expect(of(all.lines, 'permissions')).toContainEqual(
    expect.stringMatching(
      /^permissions not-known: these credentials lack what observe needs on projects\/rhea-prod-4421: /,
    ),
  );
  expect(of(all.lines, 'permissions').join()).not.toContain('failed');
  const own = await preflight({ role: ['respond'] }, as);
  expect(of(own.lines, 'permissions')).toEqual([]);
  expect(of(own.lines, 'act as')).toEqual([]);
  expect(new Set(own.lines.map(({ check }) => check))).toEqual(
    new Set(['settings', 'credentials', 'clock', 'permissions', 'act as', 'temporal', 'roster and keys']),
  );
  const named = await preflight({ role: ['respond'], region: [], account: ['cart@shop.iam.gserviceaccount.com'] }, as);
  expect(named.lines.filter(({ check }) => check === 'act as').map(({ detail }) => detail)).toEqual([
    'respond has iam.serviceAccounts.actAs on cart@shop.iam.gserviceaccount.com (named by --account)',
  ]);
  const wrong = await preflight({ role: ['observe'] }, as);
  expect(wrong.code).toBe(1);
  expect(of(wrong.lines, 'permissions')).toContainEqual(
    expect.stringMatching(/^permissions failed: observe lacks on /),
  );
  expect(of(wrong.lines, 'permissions')).toContainEqual(
    expect.stringMatching(
      /^permissions attention: observe may do on .* what is another role’s: .*run\.services\.update/,
    ),
  );
});

test('without credentials Google is not asked, and everything else is looked at', async () => {
  const { FIREBREAK_SCC_PARENTS, FIREBREAK_SUBSCRIPTION } = asOneProcess('observe');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(stateDir, 'none.json'));
  const { code, lines } = await preflight(
    {},
    {
      FIREBREAK_SCC_PARENTS,
      FIREBREAK_SUBSCRIPTION,
      // The clock is held against this machine’s own.
      FIREBREAK_SCC_ENDPOINT: `127.0.0.1:${sandbox.basePort}`,
    },
  );
  expect(code).toBe(1);
  expect(of(lines, 'credentials')).toEqual([expect.stringMatching(/^credentials failed: there are none: /)]);
  for (const check of ['apis', 'scc', 'subscription', 'permissions', 'act as', 'log routing', 'audit logs'])
    expect(of(lines, check)).toEqual([`${check} not-known: not asked: there are no credentials for Google`]);
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  expect(of(lines, 'clock')).toEqual([]);
  expect(of(lines, 'temporal')).toEqual([]);
});

test('a clock that is off by half a minute is attention, by an hour failed; words for people have the same', async () => {
  sandbox.control.advanceClock(30_000);
  const late = await preflight();
  expect([late.code, of(late.lines, 'clock')]).toEqual([
    0,
    [expect.stringMatching(/^clock attention: (29|30|31) s behind 127/)],
  ]);
  sandbox.control.advanceClock(3_600_000);
  const { code, stdout } = await runFirebreak(['--state-dir', stateDir, 'preflight'], {
    ...usualEnvironment(),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^failed {5}clock {12}36\d\d s behind/m);
  expect(stdout).toMatch(/^ {28}Set it by NTP: timedatectl set-ntp true$/m);
  expect(stdout).toMatch(/^not known {2}act as {11}which accounts services run as/m);
  expect(stdout).toMatch(/\d+ ok, \d+ attention, 1 failed, 1 not known\. Nothing was written anywhere\.\n$/);
});

test('what nobody has set for a real project is named: the subscription, the engine’s own resources, where cases are', async () => {
  const here = `127.0.0.1:${sandbox.basePort + portOffset.observe}`;
  const endpoints = { FIREBREAK_SCC_ENDPOINT: here, FIREBREAK_RESOURCE_MANAGER_ENDPOINT: here };
  const { lines } = await preflight({ role: ['observe'] }, endpoints);
  expect(of(lines, 'settings')).toEqual([
    'settings failed: FIREBREAK_SUBSCRIPTION is not set: it is the one of the sandbox',
    expect.stringMatching(/^settings failed: FIREBREAK_OWN_RESOURCES is not set/),
    expect.stringMatching(/^settings attention: FIREBREAK_CASE_URL is not set/),
  ]);
  expect(of(lines, 'scc parents')).toEqual([
    expect.stringMatching(/^scc parents failed: FIREBREAK_SCC_PARENTS is not set/),
  ]);
});
