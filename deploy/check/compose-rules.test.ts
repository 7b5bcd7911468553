import { expect, test } from 'vitest';
import { brokenRules, type ComposeFile } from './compose-rules.ts';

type Service = ComposeFile['services'][string];

const confined: Service = {
  image: 'firebreak:0.1.0',
  read_only: true,
  cap_drop: ['ALL'],
  cap_add: [],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
  healthcheck: { test: ['CMD', 'true'] },
  ports: [],
  volumes: [],
};

const volume = (source: string, read_only = false) => ({ type: 'volume', source, target: '/state', read_only });

test('a confined service with its own mounts breaks no rule', () => {
  const respond = { ...confined, volumes: [volume('ledger'), volume('respond-key', true), volume('trust', true)] };
  expect(brokenRules({ services: { respond } })).toEqual([]);
});

test.each<[string, Partial<Service>, string]>([
  ['a writable root file system', { read_only: false }, 'read_only'],
  ['kept capabilities', { cap_drop: [] }, 'cap_drop'],
  ['added capabilities', { cap_add: ['NET_ADMIN'] }, 'NET_ADMIN'],
  ['privileges to gain', { security_opt: [] }, 'no-new-privileges'],
  ['root', { user: '0:0' }, 'root'],
  ['a port on all addresses', { ports: [{ published: '8233' }] }, '8233'],
  ['an image without a version', { image: 'postgres:latest' }, 'postgres:latest'],
  ['an image of a registry with a port and no tag', { image: 'registry.example:5000/firebreak' }, 'not pinned'],
  ['no health check', { healthcheck: undefined }, 'health check'],
  ['a health check that is switched off', { healthcheck: { disable: true } }, 'health check'],
  ['the ledger of another role', { volumes: [volume('ledger')] }, 'must not mount ledger'],
  ['a roster that it could change', { volumes: [volume('trust')] }, 'may only read trust'],
  ['the archive of histories', { volumes: [volume('archive')] }, 'must not mount archive'],
  ['a folder of the machine', { volumes: [{ type: 'bind', source: '/', target: '/host' }] }, 'of the machine'],
])('a service with %s is named', (_, change, words) => {
  const broken = brokenRules({ services: { cases: { ...confined, ...change } } });
  expect(broken).toHaveLength(1);
  expect(broken[0]).toContain(words);
});
