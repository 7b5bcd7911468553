import * as fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { canonicalAddress, isLocalAddress, isPublicAddress } from './ip-address.ts';

test.each([
  ['203.0.113.66', '203.0.113.66'],
  ['::ffff:203.0.113.66', '203.0.113.66'],
  ['::FFFF:cb00:7142', '203.0.113.66'],
  ['0:0:0:0:0:ffff:203.0.113.66', '203.0.113.66'],
  ['0000:0000:0000:0000:0000:ffff:cb00:7142', '203.0.113.66'],
  ['64:ff9b::203.0.113.66', '203.0.113.66'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::0001', '2001:db8::1'],
  ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::', '::'],
  ['1::', '1::'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical);
});

test.each([
  '',
  'evil.example',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.066',
  ' 203.0.113.6',
  '203.0.113.6:443',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  '1:2:3:4:5:6:7::8',
  '::ffff:203.0.113.256',
  '::ffff:203.0.113.6.7',
  ':1:2:3:4:5:6:7',
  '12345::',
  'g::',
  '::1.2.3.4:5',
])('%j is no address', (text) => {
  expect(canonicalAddress(text)).toBeUndefined();
  expect(isPublicAddress(text)).toBe(false);
});

test('every spelling of an IPv6 address is one address, which Node’s own parser takes too', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.boolean(), (groups, upper) => {
      const long = groups.map((one) => one.toString(16).padStart(4, '0')).join(':');
      const canonical = canonicalAddress(long) ?? '';
      expect(canonicalAddress(upper ? long.toUpperCase() : long)).toBe(canonical);
      expect(canonicalAddress(canonical)).toBe(canonical);
      // How a URL spells it is by the same rules, apart from IPv4 within.
      if (!canonical.includes('.')) expect(`[${canonical}]`).toBe(new URL(`http://[${long}]`).hostname);
      expect(canonical.includes('.') || isIPv6(canonical)).toBe(true);
    }),
  );
});

test.each([
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '192.0.0.8',
  '198.18.0.1',
  '198.19.255.255',
  '224.0.0.1',
  '255.255.255.255',
  '127.0.0.1',
  '169.254.169.254',
  '0.0.0.0',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::10.0.0.1',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::203.0.113.66',
  'fc00::1',
  'fd20:ce::254',
  'fe80::1',
  'FEBF::1',
  'fec0::1',
  'ff02::1',
  '100::1',
  '2001::1',
  '2001:10::1',
  '4000::1',
])('%s is not on the Internet', (text) => {
  expect(isPublicAddress(text)).toBe(false);
});

test.each([
  '203.0.113.66',
  '::ffff:203.0.113.66',
  '8.8.8.8',
  '172.32.0.1',
  '192.0.1.1',
  '2001:db8::7',
  '2a00:1450::5',
  '3ffe::1',
])('%s is on the Internet', (text) => {
  expect(isPublicAddress(text)).toBe(true);
});

test('loopback and the link with the metadata server are every machine’s own; a private address is not', () => {
  for (const text of ['127.0.0.1', '::1', '169.254.169.254', '::ffff:169.254.169.254', 'fe80::9', 'fd20:ce::254'])
    expect(isLocalAddress(text)).toBe(true);
  for (const text of ['10.0.0.1', '203.0.113.66', 'fd20:ce::255', '']) expect(isLocalAddress(text)).toBe(false);
});
