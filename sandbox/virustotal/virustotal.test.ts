import got from 'got';
import type { Response } from 'got';
import { afterEach, expect, test } from 'vitest';
import { freeBasePort } from '../kernel/free-port.ts';
import { portOffset } from '../kernel/service.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../start-sandbox.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ basePort: await freeBasePort(), ...options });
  closers.push(() => sandbox.close());
  return sandbox;
}

async function ask(sandbox: Sandbox, path: string, key: string | undefined = 'sandbox-key'): Promise<Response> {
  return await got(`http://127.0.0.1:${sandbox.basePort + portOffset.virustotal}/api/v3/${path}`, {
    headers: key === '' ? {} : { 'x-apikey': key },
    responseType: 'json',
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
}

const hash = 'ab'.repeat(32);
const errorCode = (code: string): object => ({ error: { code, message: expect.any(String) as string } });

test('what was seeded is answered in the shape of the API, whatever the case of the hash', async () => {
  const sandbox = await start();
  sandbox.control.seedReputation({
    kind: 'files',
    id: hash,
    attributes: { last_analysis_stats: { malicious: 41, undetected: 20 }, names: ['upd'] },
  });
  const { statusCode, body } = await ask(sandbox, `files/${hash.toUpperCase()}`);
  expect([statusCode, body]).toMatchObject([
    200,
    { data: { type: 'file', attributes: { last_analysis_stats: { malicious: 41 }, names: ['upd'] } } },
  ]);
  expect(sandbox.control.calls({ role: 'virustotal' })).toMatchObject([{ method: 'virustotal.v3/files', code: 'OK' }]);
});

test.each([
  [`files/${'cd'.repeat(32)}`, 404, 'NotFoundError'],
  ['ip_addresses/192.0.2.1', 404, 'NotFoundError'],
  ['domains/example.com', 404, 'NotFoundError'],
  ['files/not-a-hash', 400, 'InvalidArgumentError'],
  ['urls/abc', 400, 'BadRequestError'],
])('GET %s is answered %i %s', async (path, statusCode, code) => {
  expect(await ask(await start(), path)).toMatchObject({ statusCode, body: errorCode(code) });
});

test('without a key, and with a wrong one, nothing is answered', async () => {
  const sandbox = await start();
  expect(await ask(sandbox, `files/${hash}`, 'other')).toMatchObject({
    statusCode: 401,
    body: errorCode('WrongCredentialsError'),
  });
  expect(await ask(sandbox, `files/${hash}`, '')).toMatchObject({
    statusCode: 401,
    body: errorCode('AuthenticationRequiredError'),
  });
});

test('the fifth request of a minute, and the 501st of a day, is answered 429', async () => {
  const sandbox = await start();
  const codes: number[] = [];
  for (let index = 0; index < 5; index += 1) codes.push((await ask(sandbox, 'domains/example.com')).statusCode);
  expect(codes).toEqual([404, 404, 404, 404, 429]);
  sandbox.control.advanceClock(60_001);
  expect((await ask(sandbox, 'domains/example.com')).statusCode).toBe(404);
  const day = new Date(sandbox.control.now()).toISOString().slice(0, 10);
  sandbox.control.section('virustotal', () => ({ usedToday: {} as Record<string, unknown> })).value.usedToday[
    'sandbox-key'
  ] = { day, count: 500 };
  expect(await ask(sandbox, 'domains/example.com')).toMatchObject({
    statusCode: 429,
    body: errorCode('QuotaExceededError'),
  });
  sandbox.control.advanceClock(24 * 3_600_000);
  expect((await ask(sandbox, 'domains/example.com')).statusCode).toBe(404);
});

test('quotas can be lifted, and faults are played here too', async () => {
  const sandbox = await start({ quotas: 'off' });
  for (let index = 0; index < 6; index += 1) expect((await ask(sandbox, 'domains/example.com')).statusCode).toBe(404);
  sandbox.control.fault({ method: 'virustotal.v3/domains', code: 'UNAVAILABLE' });
  expect(await ask(sandbox, 'domains/example.com')).toMatchObject({
    statusCode: 503,
    body: errorCode('TransientError'),
  });
  expect((await ask(sandbox, 'domains/example.com')).statusCode).toBe(404);
});

test('a seed over the control API is checked, and says what is wrong', async () => {
  const sandbox = await start();
  const put = async (body: object): Promise<Response> =>
    await got.put(`http://127.0.0.1:${sandbox.basePort}/virustotal`, {
      json: body,
      responseType: 'json',
      throwHttpErrors: false,
    });
  expect(
    await put({ kind: 'ip_addresses', id: '203.0.113.9', attributes: { last_analysis_stats: { malicious: 2 } } }),
  ).toMatchObject({ statusCode: 200 });
  expect((await ask(sandbox, 'ip_addresses/203.0.113.9')).statusCode).toBe(200);
  expect(JSON.stringify((await put({ kind: 'ips', id: '203.0.113.9', attributes: null })).body)).toContain('kind');
  expect(JSON.stringify((await put({ kind: 'ip_addresses', id: 'example.com', attributes: null })).body)).toContain(
    'not an id of ip_addresses',
  );
});
