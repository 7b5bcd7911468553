import { expect, test } from 'vitest';
import { findingOn } from './fixtures/world.ts';
import { reportedHosts } from './hosts.ts';

test.each([
  ['https://Evil.EXAMPLE/a?b', 'evil.example'],
  ['evil.example/path', 'evil.example'],
  ['stratum+tcp://Pool.example:3333', 'pool.example'],
  ['http://user:secret@evil.example:81/', 'evil.example'],
  ['http://bücher.example/', 'xn--bcher-kva.example'],
  ['http://203.0.113.5/x', '203.0.113.5'],
  ['http://3405803781/', '203.0.113.5'],
  ['http://[2001:db8::1]/', '2001:db8::1'],
  ['http://evil.example./', 'evil.example'],
  ['http://169.254.169.254/computeMetadata', undefined],
  ['http://0x7f.1/', undefined],
  ['http://[::ffff:10.0.0.1]/', undefined],
  ['http://[::ffff:203.0.113.5]/', '203.0.113.5'],
  ['http://metadata.google.internal/', undefined],
  ['https://storage.googleapis.com/b', undefined],
  ['https://checkout-abc-ew.a.run.app/', undefined],
  ['http://db.corp/', undefined],
  ['http://localhost/', undefined],
  ['http://intranet-host/', undefined],
  ['javascript:alert(1)', undefined],
  ['http://', undefined],
  ['', undefined],
])('of the URL %j VirusTotal is asked about %s', (uri, host) => {
  const hosts = reportedHosts(findingOn('service', { indicator: { uris: [uri] } }));
  expect(hosts.map(({ value }) => value)).toEqual(host === undefined ? [] : [host]);
});

test('domains are asked about as hosts are, and only where they are public names', () => {
  const domains = ['C2.Evil.example', 'db.internal', '../files/x', 'a b.example', 'u:p@evil2.example/x?y'];
  const hosts = reportedHosts(findingOn('service', { indicator: { domains } }));
  expect(hosts.map(({ value }) => value)).toEqual(['c2.evil.example', 'evil2.example']);
});
