import { afterEach, expect, test } from 'vitest';
import { freeBasePort } from './free-port.ts';
import { readReality, realityHelp, switches, switchNames, waysOf, worldOf } from './reality.ts';
import { startKernel } from './start-kernel.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test('a world has one way for each switch: what is set, else the recorded or the worst', () => {
  expect(worldOf()).toEqual({
    etag: 'ignored',
    'latest-status': 'empty',
    'zero-counts': 'inherit',
    'manual-zero': 'lingers',
    'unknown-path': 'full-write',
    'pool-zero': 'absent',
    marks: 'notify',
    'iam-change': 'late',
    'refused-requests': 'logged',
    traffic: 'late',
    update: 'pending',
    aborted: 'now-and-then',
    'update-permissions': 'asked',
    'dead-letters': 'approximate',
  });
  expect(worldOf(readReality(['etag=enforced', 'update=pending', 'update=quick']))).toMatchObject({
    etag: 'enforced',
    update: 'quick',
    'latest-status': 'empty',
  });
});

test.each([
  ['etags=ignored', /no switch is called 'etags'.*latest-status/],
  ['toString=ignored', /no switch is called 'toString'/],
  ['etag', /'etag': etag goes etag=ignored or etag=enforced/],
  ['etag=', /etag=ignored or etag=enforced/],
  ['etag=enforced=yes', /etag=ignored or etag=enforced/],
  ['update=slow', /update=pending or update=reconciling or update=quick/],
])('%s is refused, with what is allowed', (setting, why) => {
  expect(() => readReality([setting])).toThrow(why);
});

test('the help lists each switch with each of its ways', () => {
  const help = realityHelp();
  expect(switchNames()).toHaveLength(14);
  for (const name of switchNames()) {
    expect(help).toContain(`${name}: ${switches[name].what}`);
    for (const way of waysOf(name)) expect(help).toContain(`    ${way}: `);
  }
});

test('a switch can be set while the sandbox runs', async () => {
  const kernel = await startKernel({ basePort: await freeBasePort(), reality: { traffic: 'at-end' } }, () => ({
    services: [],
  }));
  closers.push(() => kernel.close());
  const address = `http://127.0.0.1:${kernel.basePort}/reality`;
  const put = (body: object) => fetch(address, { method: 'PUT', body: JSON.stringify(body) });

  expect(await (await put({ etag: 'enforced' })).json()).toMatchObject({ etag: 'enforced', traffic: 'at-end' });
  expect(kernel.world.etag).toBe('enforced');

  const refused = await put({ etag: 'sometimes' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('etag=ignored or etag=enforced');
  expect(await (await fetch(address)).json()).toEqual(worldOf({ etag: 'enforced', traffic: 'at-end' }));
});
