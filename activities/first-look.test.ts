import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { usualRule } from '../model/fixtures/usual-rule.ts';
import { freePortBase } from '../local/ports.ts';
import { type FindingIdentity, identityOf } from '../model/finding-name.ts';
import { readFindings } from '../model/parse-finding.ts';
import { evidenceStore } from '../runtime/evidence-store.ts';
import { closeClients, observeClients, projectsClient } from '../runtime/google-clients.ts';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.ts';
import { closingParts } from '../test/support/closing-parts.ts';
import { type Scenario, seedScenario } from '../test/support/scenario.ts';
import type { AskRespond } from './ask-respond.ts';
import { cloudRunActivities } from './cloud-run.ts';
import type { FirstLook } from '../model/first-look.ts';
import { firstLookActivities, type FirstLookRequest } from './first-look.ts';
import type { SealedGrants } from './grants.ts';
import { logReader } from './log-reader.ts';
import { securityCommandCenterActivities } from './security-command-center.ts';
import { tokenBucket } from './token-bucket.ts';

let folder: string;
let closing: Awaited<ReturnType<typeof closingParts>>;
let sandbox: Sandbox;
let clients: ReturnType<typeof observeClients>;
let projects: Awaited<ReturnType<typeof projectsClient>>;
let scenario: Scenario;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firebreak-first-look-'));
  closing = await closingParts(folder);
  sandbox = await startSandbox({ basePort: await freePortBase(), quotas: 'off' });
  const target = { host: '127.0.0.1', port: sandbox.basePort };
  clients = observeClients(target);
  projects = await projectsClient(target);
  scenario = seedScenario(sandbox);
  sandbox.control.putFinding(scenario.notification);
});
afterEach(() => sandbox.control.clearFaults());
afterAll(async () => {
  await closeClients(clients);
  await projects.close();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const parents = ['organizations/271828182845'];
const correlation = { correlationBefore: 86_400, correlationAfter: 3_600 };

/** As an activity that has so many milliseconds from now on. */
function look(name = scenario.findingName, scheduleToCloseTimeoutMs = 15_000, logCalls = 1_000) {
  return looking(logCalls)(name, scheduleToCloseTimeoutMs);
}

/** By which the finding of that name is asked for. */
function identityNamed(name: string): FindingIdentity {
  const [finding] = readFindings({
    ...scenario.notification,
    finding: { ...scenario.notification.finding, name, canonicalName: '' },
  });
  return identityOf(finding!);
}

/** The activities of one worker. */
function looking(logCalls = 1_000, askRespond: AskRespond = nobody) {
  const evidence = evidenceStore(folder);
  const bucket = tokenBucket('SCC', 1_000);
  const { logs, ...cloudRun } = clients;
  const lane = tokenBucket('Cloud Logging', logCalls);
  const lanes = { first: lane, more: lane, watch: lane };
  const { takeFirstLook } = firstLookActivities({
    ...cloudRunActivities({ ...clients, evidence }),
    ...securityCommandCenterActivities({ ...closing, findings: clients.findings, evidence, bucket, parents }),
    lookAtLogs: logReader({ logs, cloudRun, projects, evidence, lanes, scopes: [] }).lookAtLogs,
    askRespond,
  });
  return (
    name = scenario.findingName,
    scheduleToCloseTimeoutMs = 15_000,
    identity = identityNamed(name),
    asked: Pick<FirstLookRequest, 'asksGrants'> = {},
  ) => {
    const info = { scheduledTimestampMs: Date.now(), scheduleToCloseTimeoutMs };
    return new MockActivityEnvironment(info).run<[FirstLookRequest], FirstLook, typeof takeFirstLook>(takeFirstLook, {
      ...identity,
      correlation,
      imageSuspect: false,
      knownGood: usualRule,
      ...asked,
    });
  };
}

const nobody: AskRespond = () => Promise.reject(new Error('respond is away'));
const said = { value: { account: 'shop' }, seal: {} } as unknown as SealedGrants;

test('what respond is granted comes with the look where it is asked for, and is not asked where it is not', async () => {
  const asked: string[] = [];
  const respond: AskRespond = async ({ name }, { serviceAccount }) => {
    asked.push(`${name} ${serviceAccount}`);
    return said;
  };
  const take = looking(1_000, respond);
  expect((await take()).grants).toBeUndefined();
  expect(asked).toEqual([]);
  const { grants } = await take(scenario.findingName, 15_000, identityNamed(scenario.findingName), {
    asksGrants: true,
  });
  expect(grants).toEqual({ status: 'answered', value: said });
  expect(asked).toEqual([`${scenario.service} checkout-run@rhea-prod-4421.iam.gserviceaccount.com`]);
});

test('a respond that is away takes nothing from the look: the case asks on its own', async () => {
  const identity = identityNamed(scenario.findingName);
  expect(await looking()(scenario.findingName, 15_000, identity, { asksGrants: true })).toMatchObject({
    settings: { status: 'answered' },
    grants: { status: 'pending', reason: 'respond is away' },
  });
});

test('what SCC answers by one of the names is not believed where it is another project’s finding', async () => {
  const asked = identityNamed(scenario.findingName);
  const canonicalName = asked.canonicalName.replace('projects/481516234200', 'projects/999');
  expect(await looking()(asked.name, 15_000, { ...asked, canonicalName })).toMatchObject({ fetched: null });
  const injected = { ...asked, name: 'x" OR state="ACTIVE' };
  expect(await looking()(asked.name, 15_000, injected)).toMatchObject({
    fetched: { finding: { name: scenario.findingName } },
  });
});

test('the finding, its settings, the findings near it and its logs come together, the logs with what the settings let one ask', async () => {
  const { fetched, settings, related, logs } = await look();
  expect(fetched).toMatchObject({ finding: { name: scenario.findingName, state: 'ACTIVE' } });
  expect(settings).toMatchObject({ status: 'answered', value: { name: scenario.service } });
  expect(related).toMatchObject({ status: 'answered', value: { evidence: { kind: 'related' } } });
  expect(logs).toMatchObject({
    status: 'answered',
    value: { logs: { evidence: { kind: 'logs' }, complete: true }, identity: { status: 'answered' } },
  });
});

test('a finding that SCC does not have is null, and nothing is asked about it', async () => {
  sandbox.control.clearCalls();
  expect(await look(`${scenario.findingName}other`)).toMatchObject({ fetched: null, settings: { status: 'pending' } });
  expect(sandbox.control.calls({ method: 'GetService' })).toEqual([]);
});

test.each([{ state: 'INACTIVE' }, { mute: 'MUTED' }])(
  'of a finding that is %j nothing else is read',
  async (change) => {
    const other = seedScenario(sandbox);
    sandbox.control.putFinding({ ...other.notification, finding: { ...other.notification.finding, ...change } });
    sandbox.control.clearCalls();
    expect(await look(other.findingName)).toMatchObject({
      fetched: { finding: change },
      settings: { status: 'pending' },
      related: { status: 'pending' },
      logs: { status: 'pending' },
    });
    expect(sandbox.control.calls({ method: 'GetService' })).toEqual([]);
    expect(sandbox.control.calls({ method: 'ListLogEntries' })).toEqual([]);
  },
);

test('a branch that fails takes nothing from the others, and says why', async () => {
  sandbox.control.fault({ method: 'GetService', code: 'UNAVAILABLE' });
  expect(await look()).toMatchObject({
    fetched: { finding: { name: scenario.findingName } },
    settings: { status: 'pending', reason: expect.stringMatching(/Cloud Run, read /) },
    related: { status: 'answered' },
    // What to ask of them was not known: they are asked for when it is.
    logs: { status: 'pending' },
  });
});

test('where the quota of Cloud Logging is used up, the logs are left to an activity that waits for it', async () => {
  const once = looking(1);
  expect(await once()).toMatchObject({ logs: { status: 'answered', value: { identity: { status: 'pending' } } } });
  expect(await once()).toMatchObject({
    settings: { status: 'answered' },
    logs: { status: 'pending', reason: expect.stringMatching(/quota of 1 a minute/) },
  });
});

test('a Cloud Logging that hangs does not keep findings from being fetched: few looks at a time wait for it', async () => {
  sandbox.control.fault({ method: 'ListLogEntries', delayMilliseconds: 7_000 });
  sandbox.control.clearCalls();
  const takeLook = looking();
  const waiting = Array.from({ length: 25 }, () => takeLook());
  await vi.waitFor(() => expect(sandbox.control.calls({ method: 'GetService' })).toHaveLength(25));
  const one = takeLook();
  expect(await Promise.race([one, ...waiting])).toBe(await one);
  expect(await one).toMatchObject({ settings: { status: 'answered' }, logs: { status: 'pending' } });
  for (const look of await Promise.all(waiting))
    expect(look).toMatchObject({ settings: { status: 'answered' }, logs: { status: 'pending' } });
  // They have gone, and so has what they held.
  sandbox.control.clearFaults();
  await vi.waitFor(async () => expect(await takeLook()).toMatchObject({ logs: { status: 'answered' } }), 20_000);
});

test('of the findings nearby, one that cannot be read takes nothing from the others, and it is said', async () => {
  const [one, odd] = [seedScenario(sandbox), seedScenario(sandbox)];
  sandbox.control.putFinding(one.notification);
  sandbox.control.putFinding({ ...odd.notification, finding: { ...odd.notification.finding, category: '' } });
  const { related } = await look(one.findingName);
  expect(related).toMatchObject({
    status: 'answered',
    value: { unread: expect.stringMatching(/^1 of them cannot be read: .*category/) },
  });
  const eventTime = new Date(sandbox.control.now()).toISOString();
  sandbox.control.putFinding({ ...odd.notification, finding: { ...odd.notification.finding, eventTime } });
  expect(await look(one.findingName)).toMatchObject({ related: { value: { unread: '' } } });
});

test('a branch that is slow does not hold up the finding', async () => {
  sandbox.control.fault({ method: 'ListRevisions', delayMilliseconds: 9_000 });
  expect(await look()).toMatchObject({
    fetched: { finding: { name: scenario.findingName } },
    settings: { status: 'pending' },
    related: { status: 'answered' },
  });
});

test('what SCC has said is answered before the time is over, though a branch hangs', async () => {
  sandbox.control.fault({ method: 'GetService', delayMilliseconds: 9_000 });
  const began = Date.now();
  expect(await look(scenario.findingName, 2_500)).toMatchObject({
    fetched: { finding: { name: scenario.findingName } },
    settings: { status: 'pending' },
  });
  expect(Date.now() - began).toBeLessThan(2_500);
});

test('an answer that would swell the payload is left to an activity of its own', async () => {
  const secrets = Array.from({ length: 240 }, (_, index) => ({
    env: `SECRET_${index}`,
    secret: `${'s'.repeat(240)}${index}`,
    version: '1',
  }));
  const large = seedScenario(sandbox);
  const revisions = ['large-00001-aaa', 'large-00002-bbb'].map((name, index) => ({
    name,
    image: `web:${index}`,
    createTime: '2026-11-01T00:00:00Z',
    secrets,
  }));
  const place = { project: 'rhea-prod-4421', projectNumber: '481516234200', location: 'europe-west1' };
  sandbox.control.seedService({ ...place, name: large.service, revisions });
  sandbox.control.putFinding(large.notification);
  const answer = await look(large.findingName);
  expect(answer).toMatchObject({
    settings: { status: 'pending' },
    related: { status: 'answered' },
    logs: { status: 'answered' },
  });
  expect(JSON.stringify(answer).length).toBeLessThan(64 * 1024);
});

test('where more findings are near than are looked at, it is said', async () => {
  const near = JSON.stringify(scenario.notification);
  const id = scenario.findingName.split('/').at(-1)!;
  for (let count = 0; count < 201; count += 1)
    sandbox.control.putFinding(JSON.parse(near.replaceAll(id, `${id.slice(0, 20)}n${count}`)));
  expect(await look()).toMatchObject({ related: { value: { unread: 'there are more than the newest 200' } } });
});
