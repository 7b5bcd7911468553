import { credentials, status } from '@grpc/grpc-js';
import { v2 as securityCenter } from '@google-cloud/security-center';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { protosOf } from './definitions.ts';
import { freeBasePort } from './free-port.ts';
import { portOffset } from './service.ts';
import type { Kernel, Role, SandboxService } from './service.ts';
import { startKernel } from './start-kernel.ts';
import type { KernelOptions, RunningKernel } from './start-kernel.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';
const protos = protosOf('@google-cloud/security-center');
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A service that counts how often a finding was muted. */
function countingService(kernel: Kernel): SandboxService {
  const section = kernel.store.section('test', () => ({ muted: 0 }));
  return {
    name: 'google.cloud.securitycenter.v2.SecurityCenter',
    protos,
    unary: {
      SetMute: async (request: { name: string }) => {
        section.value.muted += 1;
        section.touch();
        return { name: request.name, createTime: { seconds: section.value.muted } };
      },
    },
  };
}

async function start(options: Partial<KernelOptions> = {}): Promise<RunningKernel> {
  const kernel = await startKernel({ basePort: await freeBasePort(), ...options }, (parts) => ({
    services: [countingService(parts)],
  }));
  closers.push(() => kernel.close());
  return kernel;
}

function clientOf(kernel: RunningKernel, role: Role): securityCenter.SecurityCenterClient {
  const client = new securityCenter.SecurityCenterClient({
    apiEndpoint: '127.0.0.1',
    port: kernel.basePort + portOffset[role],
    sslCreds: credentials.createInsecure(),
  });
  closers.push(() => client.close());
  return client;
}

const mute = { name: 'organizations/1/sources/2/findings/3', mute: 'MUTED' } as const;
const noRetry = { retry: null, timeout: 10_000 };

test('each call is recorded with the role of the port, its request and its reason', async () => {
  const kernel = await start();
  await clientOf(kernel, 'respond').setMute(mute, {
    ...noRetry,
    otherArgs: { headers: { 'x-goog-request-reason': 'case 7' } },
  });
  await clientOf(kernel, 'observe').setMute(mute, noRetry);
  expect(kernel.calls.list({ method: 'SetMute' })).toMatchObject([
    {
      role: 'respond',
      method: 'google.cloud.securitycenter.v2.SecurityCenter/SetMute',
      request: mute,
      reason: 'case 7',
      code: 'OK',
    },
    { role: 'observe', code: 'OK' },
  ]);
  expect(kernel.calls.list({ role: 'respond' })).toHaveLength(1);
});

test('a method, and a service, that nobody serves is refused by name and recorded', async () => {
  const kernel = await start();
  const client = clientOf(kernel, 'observe');
  await expect(client.groupFindings({ parent: 'organizations/1/sources/-' }, noRetry)).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
    message: expect.stringContaining('google.cloud.securitycenter.v2.SecurityCenter/GroupFindings') as string,
  });
  expect(kernel.calls.list()).toMatchObject([
    { method: expect.stringContaining('GroupFindings') as string, code: 'UNIMPLEMENTED' },
  ]);
});

test('a fault is played on as many calls as it says, and only for its role', async () => {
  const kernel = await start();
  kernel.faults.add({ method: 'SetMute', role: 'respond', code: 'ABORTED', count: 2 });
  const respond = clientOf(kernel, 'respond');
  await clientOf(kernel, 'observe').setMute(mute, noRetry);
  await expect(respond.setMute(mute, noRetry)).rejects.toMatchObject({ code: status.ABORTED });
  await expect(respond.setMute(mute, noRetry)).rejects.toMatchObject({ code: status.ABORTED });
  const [answer] = await respond.setMute(mute, noRetry);
  expect(Number(answer.createTime?.seconds), 'the two that failed were not carried out').toBe(2);
});

test('apply-then-lose carries the call out and answers an error all the same', async () => {
  const kernel = await start();
  kernel.faults.add({ method: 'SecurityCenter/SetMute', mode: 'apply-then-lose', code: 'DEADLINE_EXCEEDED' });
  const client = clientOf(kernel, 'respond');
  await expect(client.setMute(mute, noRetry)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  const [answer] = await client.setMute(mute, noRetry);
  expect(Number(answer.createTime?.seconds)).toBe(2);
  expect(kernel.calls.list()[0]).toMatchObject({ code: 'DEADLINE_EXCEEDED', fault: 'apply-then-lose' });
});

test('a fault for a method that does not exist is an error, not a rule that never plays', async () => {
  const kernel = await start();
  expect(() => kernel.faults.add({ method: 'SetMutt' })).toThrow(/no method of the sandbox is called "SetMutt"/);
  expect(() => kernel.faults.add({ method: 'SetMute', code: 'BROKEN' })).toThrow(/code must be one of .*UNAVAILABLE/);
});

test('the control API plays faults, sets the clock ahead, lists calls, and lists its routes for an unknown one', async () => {
  const kernel = await start();
  const control = `http://127.0.0.1:${kernel.basePort}`;
  const post = (path: string, body: object): Promise<Response> =>
    fetch(control + path, { method: 'POST', body: JSON.stringify(body) });
  const before = kernel.clock.now();
  expect((await post('/clock', { advanceMilliseconds: 3_600_000 })).status).toBe(200);
  expect(kernel.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
  expect((await post('/faults', { method: 'SetMute', code: 'UNAVAILABLE' })).status).toBe(200);
  await expect(clientOf(kernel, 'respond').setMute(mute, noRetry)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  const { calls } = (await (await fetch(`${control}/calls?role=respond&method=SetMute`)).json()) as {
    calls: unknown[];
  };
  expect(calls).toMatchObject([{ code: 'UNAVAILABLE', fault: 'fail' }]);
  const misspelt = await post('/faults', { methd: 'SetMute' });
  expect([misspelt.status, await misspelt.text()]).toEqual([400, expect.stringContaining('methd')]);
  const unknown = await fetch(`${control}/cals`);
  expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('GET /calls')]);
});

test('state survives a restart; a damaged file is an error that names it', async () => {
  const stateFile = join(mkdtempSync(join(tmpdir(), 'firebreak-sandbox-')), 'state.json');
  const first = await start({ stateFile });
  await clientOf(first, 'respond').setMute(mute, noRetry);
  first.clock.advance(5_000_000);
  await first.close();
  const second = await start({ stateFile });
  const [answer] = await clientOf(second, 'respond').setMute(mute, noRetry);
  expect(Number(answer.createTime?.seconds)).toBe(2);
  expect(second.clock.now()).toBeGreaterThan(Date.now() + 4_000_000);
  await second.close();
  writeFileSync(stateFile, readFileSync(stateFile, 'utf8').slice(0, -5));
  await expect(start({ stateFile })).rejects.toThrow(stateFile);
});

test('what was answered is on disk: a sandbox that is killed then has not lost it', async () => {
  const stateFile = join(mkdtempSync(join(tmpdir(), 'firebreak-sandbox-')), 'state.json');
  const kernel = await start({ stateFile });
  const kept = (): string => readFileSync(stateFile, 'utf8');
  await clientOf(kernel, 'respond').setMute(mute, noRetry);
  const before = kept();
  await clientOf(kernel, 'respond').setMute(mute, noRetry);
  expect(kept()).not.toBe(before);
  const body = JSON.stringify({ advanceMilliseconds: 7_000_000 });
  await fetch(`http://127.0.0.1:${kernel.basePort}/clock`, { method: 'POST', body });
  expect(kept()).toMatch(/70000\d\d/);
  await kernel.close();
});

test('a port in use is an error that names the port, and nothing stays behind', async () => {
  const kernel = await start();
  await expect(start({ basePort: kernel.basePort })).rejects.toThrow(new RegExp(`127\\.0\\.0\\.1:${kernel.basePort}`));
  const next = kernel.basePort + 3;
  await kernel.close();
  const other = await start({ basePort: next });
  // Two ports of the next sandbox lie in what the other one has: its first six are free, so it starts and must end again.
  await expect(start({ basePort: next - 6 })).rejects.toThrow(/role/);
  await other.close();
  await start({ basePort: next - 6 });
});
