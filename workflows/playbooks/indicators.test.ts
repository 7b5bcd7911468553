import { expect, test } from 'vitest';
import { relatedRequest } from '../../model/requests.ts';
import { findingOn } from './fixtures/world.ts';
import { distinct, remoteAddresses } from './indicators.ts';

test('VirusTotal is asked once about an address that a finding spells in several ways, and never about one inside', () => {
  const finding = findingOn('service', {
    connections: [
      { destinationIp: '::ffff:203.0.113.66' },
      { destinationIp: '203.0.113.66' },
      { destinationIp: '2001:DB8:0:0:0::1' },
      { destinationIp: '::ffff:10.0.0.9' },
      { destinationIp: 'fd20:ce::254' },
    ],
    indicator: { ipAddresses: ['::FFFF:cb00:7142', '2001:db8::1'] },
  });
  expect(distinct(remoteAddresses(finding)).map(({ value }) => value)).toEqual(['203.0.113.66', '2001:db8::1']);
});

test('findings are related by an address however it is spelled; loopback and the metadata server relate nothing', () => {
  const finding = findingOn('service', {
    connections: [
      { destinationIp: '::ffff:203.0.113.66' },
      { destinationIp: '::ffff:169.254.169.254' },
      { destinationIp: '127.0.0.1' },
    ],
    indicator: { ipAddresses: ['2001:DB8::0:7'] },
  });
  if (finding.resource === undefined) throw new TypeError('the fixture has a resource');
  const { addresses } = relatedRequest(finding, finding.resource, { correlationBefore: 60, correlationAfter: 60 });
  expect(addresses).toEqual(['203.0.113.66', '2001:db8::7']);
});
