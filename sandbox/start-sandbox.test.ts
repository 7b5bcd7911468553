import { PubSub } from '@google-cloud/pubsub';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freeBasePort } from './kernel/free-port.ts';
import { portOffset } from './kernel/service.ts';
import { startSandbox } from './start-sandbox.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';
const main = join(import.meta.dirname, 'main.ts');
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts the process and waits for its first line. */
async function spawnSandbox(...args: string[]): Promise<{ child: ChildProcess; line: Record<string, unknown> }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [data] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: JSON.parse(data.toString()) as Record<string, unknown> };
}

async function state(basePort: number): Promise<{
  securityCommandCenter: { findings: object };
  pubsub: { subscriptions: Record<string, { messages: object }> };
}> {
  const answer = await fetch(`http://127.0.0.1:${basePort}/state`);
  return (await answer.json()) as Awaited<ReturnType<typeof state>>;
}

test('the process plays the demonstration once; killed without warning and started again, it has every finding and every message', async () => {
  const basePort = await freeBasePort();
  const stateFile = join(mkdtempSync(join(tmpdir(), 'firebreak sandbox ')), 'state.json');
  const args = ['--port', String(basePort), '--state', stateFile, '--demonstration'];
  const first = await spawnSandbox(...args);
  expect(first.line['published']).toHaveLength(2);
  // It is written within some 50 ms: what comes after that survives a kill.
  await expect
    .poll(() => existsSync(stateFile) && readFileSync(stateFile, 'utf8'), { timeout: 120_000 })
    .toContain('"played":true');
  const before = await state(basePort);
  const killed = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await killed;

  const second = await spawnSandbox(...args);
  expect(second.line['published'], 'not again').toEqual([]);
  const after = await state(basePort);
  expect(Object.keys(after.securityCommandCenter.findings)).toEqual(Object.keys(before.securityCommandCenter.findings));
  expect(
    Object.keys(after.pubsub.subscriptions['projects/rhea-prod-4421/subscriptions/firebreak']?.messages ?? {}),
  ).toHaveLength(2);
  const ended = once(second.child, 'exit');
  second.child.kill('SIGTERM');
  expect(await ended, 'it ends by itself, in order').toEqual([0, null]);
});

test('PUBSUB_EMULATOR_HOST alone points the real client at it', async () => {
  const sandbox = await startSandbox({ basePort: await freeBasePort() });
  process.env['PUBSUB_EMULATOR_HOST'] = `127.0.0.1:${sandbox.basePort + portOffset.intake}`;
  const pubsub = new PubSub({ projectId: sandbox.project });
  try {
    const [exists] = await pubsub.subscription('firebreak').exists();
    expect(exists).toBe(true);
  } finally {
    delete process.env['PUBSUB_EMULATOR_HOST'];
    await pubsub.close();
    await sandbox.close();
  }
});

test('code in the same process seeds jobs, worker pools and what somebody did', async () => {
  const sandbox = await startSandbox({ basePort: await freeBasePort() });
  try {
    const { control, project } = sandbox;
    const place = { project, projectNumber: '481516234200', location: 'europe-west1' };
    const createTime = new Date(control.now() - 60_000).toISOString();
    const deed = { project, timestamp: createTime, principalEmail: 'a@example.com', serviceName: 's', methodName: 'm' };
    control.seedJob({ ...place, name: 'nightly', image: 'example.com/n:1', createTime, executions: [createTime] });
    control.seedWorkerPool({
      ...place,
      name: 'mailer',
      revisions: [{ name: 'mailer-00001-abc', createTime, image: 'example.com/m:1' }],
    });
    expect(control.seedAuditEntries([deed, { ...deed, log: 'data_access' }])).toEqual({ written: 1, dropped: 1 });
    control.setDataAccessLogs(project, true);
    expect(control.seedAuditEntries([{ ...deed, log: 'data_access' }])).toEqual({ written: 1, dropped: 0 });
    control.setDataAccessLogs(project, false);
    expect(control.seedAuditEntries([{ ...deed, log: 'data_access' }])).toEqual({ written: 0, dropped: 1 });
    for (const [path, key] of [
      ['/cloud-run/executions?job=nightly', 'executions'],
      ['/cloud-run/instances?service=mailer', 'instances'],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${sandbox.basePort}${path}`);
      expect(((await answer.json()) as Record<string, unknown[]>)[key]).toHaveLength(1);
    }
  } finally {
    await sandbox.close();
  }
});

test.each([
  [['--port', 'x'], 2, '--port must be a port'],
  [['--prot', '7610'], 2, 'usage:'],
])('wrong use %j ends with %i and says %s', async (args, code, message) => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  const text: string[] = [];
  child.stderr.on('data', (data: Buffer) => text.push(data.toString()));
  const [exit] = (await once(child, 'close')) as [number];
  expect([exit, text.join('')]).toEqual([code, expect.stringContaining(message)]);
});
